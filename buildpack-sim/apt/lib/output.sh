# shellcheck shell=bash
# The shape of the output: heroku.md 6.2.

step() {
  printf -- '-----> %s\n' "$1"
}

line() {
  printf '       %s\n' "$1"
}

# Unbuffered, or a long download is silent until its end.
indent() {
  sed --unbuffered 's/^/       /'
}

# Text from stdin, one mark a line.
block() {
  local text
  {
    printf '\n'
    while IFS= read -r text; do
      printf ' !     %s\n' "${text}"
    done
    printf '\n'
  } >&2
}

# For machines: an identifier such as `apt::install`.
record_failure() {
  if [[ -n "${DYNOSIM_FAILURE_FILE:-}" ]]; then
    printf '%s\n' "$1" >"${DYNOSIM_FAILURE_FILE}"
  fi
}
