# shellcheck shell=bash
# How a build ends early.

# fail ID: error block from stdin, exit 1. ID is one of the failure identifiers of buildpack-python.md 12, for machines.
fail() {
  error
  record_failure "$1"
  exit 1
}

# A report that is gone, or a cache that cannot be written to, must not hide the failure itself.
record_failure() {
  if [[ -f "${NEW_BUILD_DATA:-}" && -w "${NEW_BUILD_DATA}" ]]; then
    report failure_reason "$1"
  fi
  if [[ -n "${DYNOSIM_FAILURE_FILE:-}" ]]; then
    printf '%s\n' "$1" >"${DYNOSIM_FAILURE_FILE}"
  fi
}

catch_internal_errors() {
  # shellcheck disable=SC2154 # status is set in the trap itself
  trap 'status=$?; internal_error "${status}" "${BASH_COMMAND}" "${BASH_SOURCE[0]##*/}" "${LINENO}"' ERR
}

# Bound to ERR. In a subshell it keeps silent: the shell around it sees the same failure and tells it once.
internal_error() {
  local status="$1" command="$2" file="$3" at="$4"
  if ((BASH_SUBSHELL > 0)); then
    exit "${status}"
  fi
  trap - ERR
  fail "internal-error::${file%.sh}" <<TEXT
Error: Internal error of dynosim's Python buildpack.

This command ended with status ${status}:
${command}
(${file}, line ${at})

Nothing in your app is known to be wrong. Please report it, with the
build output above.
TEXT
}
