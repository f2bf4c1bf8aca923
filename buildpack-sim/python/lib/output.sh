# shellcheck shell=bash
# The shape of the output: buildpack-python.md 12. Colours are always on, as on Heroku, whatever stdout is.

readonly BOLD_RED=$'\e[1;31m' BOLD_YELLOW=$'\e[1;33m' BOLD_BLUE=$'\e[1;34m' COLOUR_OFF=$'\e[0m'

step() {
  printf -- '-----> %s\n' "$1"
}

line() {
  printf '       %s\n' "$1"
}

# Unbuffered, or a long install is silent until its end.
indent() {
  sed --unbuffered 's/^/       /'
}

# Blocks take their text from stdin.
error() {
  block "${BOLD_RED}"
}

warning() {
  block "${BOLD_YELLOW}"
}

notice() {
  block "${BOLD_BLUE}"
}

# The reset stands on each line: whoever prefixes lines ("remote: ") would be coloured otherwise.
block() {
  local colour="$1" text
  {
    printf '\n'
    while IFS= read -r text || [[ -n "${text}" ]]; do
      printf '%s !     %s%s\n' "${colour}" "${text}" "${COLOUR_OFF}"
    done
    printf '\n'
  } >&2
}
