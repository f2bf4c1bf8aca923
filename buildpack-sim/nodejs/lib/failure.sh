# shellcheck shell=bash
# How a build ends early: buildpack-nodejs.md A2.

# fail ID: heading on stdout, error block from stdin, exit 1. ID is Heroku's name of the failure, for machines.
fail() {
  trap - ERR
  printf -- '\n-----> Build failed\n'
  error
  record_failure "$1"
  exit 1
}

record_failure() {
  # shellcheck disable=SC2034 # report.sh's
  FAILURE="$1"
  if [[ -n "${DYNOSIM_FAILURE_FILE:-}" ]]; then
    printf '%s\n' "$1" >"${DYNOSIM_FAILURE_FILE}"
  fi
}

catch_internal_errors() {
  # shellcheck disable=SC2154 # status is set in the trap itself
  trap 'status=$?; internal_error "${status}" "${BASH_COMMAND}"' ERR
}

# Bound to ERR. In a subshell it keeps silent: the shell around it sees the same failure and tells it once.
internal_error() {
  local status="$1" command="$2"
  if ((BASH_SUBSHELL > 0)); then
    exit "${status}"
  fi
  trap - ERR
  fail internal-error <<TEXT
ERROR: Something in the Node.js buildpack went wrong.

This command ended with status ${status}:
${command}

Stack trace:
$(stack_trace)

The output above says more. If nothing in your app explains it, please
report it to dynosim with that output.
TEXT
}

# Innermost first, without the functions of this file.
stack_trace() {
  local depth
  for ((depth = 2; depth < ${#FUNCNAME[@]}; depth++)); do
    printf '%s (%s, line %s)\n' "${FUNCNAME[depth]}" "${BASH_SOURCE[depth]##*/}" "${BASH_LINENO[depth - 1]}"
  done
}
