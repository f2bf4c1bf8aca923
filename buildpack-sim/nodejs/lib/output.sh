# shellcheck shell=bash
# The shape of the output: buildpack-nodejs.md A2. Colours are always on, as on Heroku, whatever stdout is.

readonly BOLD_RED=$'\e[1;31m' BOLD_YELLOW=$'\e[1;33m' COLOUR_OFF=$'\e[0m'

# Unlike the Python buildpack's, every step stands after an empty line, indented as what a step says (heroku.md 6.8).
header() {
  line ''
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
