# shellcheck shell=bash
# Reading runtime.txt and .python-version: formats of buildpack-python.md 4.2 and 4.3.

readonly NUMBER='(0|[1-9][0-9]*)'
readonly VERSION="${NUMBER}\.${NUMBER}(\.${NUMBER})?"

# File names taken for .python-version. buildpack-python.md 4.3
readonly MISSPELT=(
  ' .python-version' '.python-version ' '. python-version' '.python_version' '.python_version.txt' ',python-version'
  '.python-version.' '.python-version.py' '.python-version.rtf' '.python-version.txt' '.python-version.TXT' '.Python-version'
  '.python.version' '.pythonversion' "'.python-version'" 'python_version.txt' 'python_version' 'python-version.'
  'python-version.txt' 'python-version'
)

# What is left of a version file, into the array VERSION_LINES: trimmed (Unicode spaces too, hence the locale), without empty lines
# and comment lines. A NUL, which no shell variable can hold, becomes \x01, and is shown like any other unprintable byte.
read_version_lines() {
  mapfile -t VERSION_LINES < <(tr '\000' '\001' <"$1" \
    | LC_ALL=C.UTF-8 sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//; /^(#.*)?$/d')
}

# Sets REQUESTED_VERSION.
parse_runtime_txt() {
  local -a VERSION_LINES
  read_version_lines runtime.txt
  if ((${#VERSION_LINES[@]} != 1)) || ! [[ "${VERSION_LINES[0]}" =~ ^python-(${VERSION})$ ]]; then
    fail runtime-txt::invalid-version <<TEXT
Error: Invalid Python version in runtime.txt.

The file must hold one line, 'python-' and a version: 'python-N.N',
or 'python-N.N.N' for one exact patch release.

Since 'runtime.txt' is deprecated, better replace it: delete it, and
create a file '.python-version' with this line:
$(known default)
TEXT
  fi
  REQUESTED_VERSION="${BASH_REMATCH[1]}"
}

# Sets REQUESTED_VERSION. Every line is checked before they are counted.
parse_python_version_file() {
  local -a VERSION_LINES
  local text
  read_version_lines .python-version
  for text in "${VERSION_LINES[@]}"; do
    if ! [[ "${text}" =~ ^${VERSION}$ ]]; then
      fail_if_unreadable
      fail_with_invalid_line "${text}"
    fi
  done
  if ((${#VERSION_LINES[@]} == 0)); then
    fail_without_line
  elif ((${#VERSION_LINES[@]} > 1)); then
    fail_with_many_lines "${VERSION_LINES[@]}"
  fi
  REQUESTED_VERSION="${VERSION_LINES[0]}"
}

check_spelling() {
  local name
  for name in "${MISSPELT[@]}"; do
    if [[ -f "${name}" ]]; then
      fail python-version-file::misspelled <<TEXT
Error: Your .python-version file is spelled incorrectly.

There is a file named "${name}", which looks like a slip.
The name must be exactly ".python-version". Rename it:
git mv -- "${name}" .python-version

If it is something else, give it a name that is less alike.
TEXT
    fi
  done
}

# A byte order mark or UTF-16 is invisible in an editor, so the line itself would explain nothing.
fail_if_unreadable() {
  local encoding kind
  encoding="$(file --brief --mime-encoding -- .python-version)"
  kind="$(file --brief -- .python-version)"
  case "${encoding}" in
    us-ascii | utf-8 | binary)
      if [[ "${kind}" != *'with BOM'* ]]; then
        return 0
      fi
      ;;
  esac
  fail python-version-file::invalid-encoding <<TEXT
Error: Unable to read .python-version.

The file isn't saved as plain UTF-8. Its encoding is:
${kind}

Save it as UTF-8 without a byte order mark (in PowerShell,
'Set-Content -Encoding ascii', rather than 'echo 3.14 > ...').
TEXT
}

fail_with_invalid_line() {
  fail python-version-file::invalid-version <<TEXT
Error: Invalid Python version in .python-version.

This line isn't a version:
$(show_unprintable "$1")

A version is 'N.N' (recommended: gets patch updates by itself) or
'N.N.N' (stays on that patch release). No quotes, no 'python-' before
it, and comments only on lines of their own that begin with '#'.
For example:
$(known default)
TEXT
}

# Each byte that is not printable ASCII, space or tab becomes U+FFFD.
show_unprintable() {
  # shellcheck disable=SC2001 # byte by byte, which bash does not do in a UTF-8 locale
  LC_ALL=C sed 's/[^[:print:]\t]/\xEF\xBF\xBD/g' <<<"$1"
}

fail_without_line() {
  fail python-version-file::no-version <<TEXT
Error: No Python version found in .python-version.

The file holds nothing but empty lines and comments (lines that begin
with '#'). Put a version into it, for example:
$(known default)
TEXT
}

fail_with_many_lines() {
  fail python-version-file::multiple-versions <<TEXT
Error: Multiple Python versions found in .python-version.

Only one can be used, but the file holds:
$(printf '%s\n' "$@")

Delete all but one, or make comments of them with a '#' in front.
TEXT
}
