# shellcheck shell=bash
# What stands in a directory, for messages. C order, so that the text is the same on every machine.

# One entry per line, hidden ones too, directories with a trailing slash.
list_root() {
  (cd -- "$1" && LC_ALL=C find . -mindepth 1 -maxdepth 1 \( -type d -printf '%P/\n' -o -printf '%P\n' \) | LC_ALL=C sort)
}

# list_two_levels PATH, named from the build directory. A file lists as itself.
list_two_levels() {
  local from=1
  if [[ ! -d "$1" ]]; then
    from=0
  fi
  find "$1" -mindepth "${from}" -maxdepth 2 \( -type d -printf '%p/\n' -o -printf '%p\n' \) | LC_ALL=C sort
}

# The four usual reasons why a file is not where somebody is sure it is. buildpack-python.md 2
file_is_missing_advice() {
  cat <<'TEXT'
If you are sure that the file exists, check that:
1. it is in the folder that was pushed, at its top level,
2. its name is spelled exactly as above (case matters),
3. neither .gitignore nor .slugignore leaves it out,
4. it has been added to git and committed.
TEXT
}
