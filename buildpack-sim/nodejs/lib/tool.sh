# shellcheck shell=bash
# Runs what the app's package manager and scripts do, and explains how they failed. buildpack-nodejs.md A6, A7
#
# STEP is Heroku's name of the part of a build: install-dependencies, prebuild-script, build-script, prune-dependencies,
# cleanup-script. It is part of a failure's identifier.

readonly TOOL_LOG="${SCRATCH}/tool-log"

# run_tool STEP COMMAND...: both streams indented as they come. A failure ends the build.
run_tool() {
  local step="$1" status
  shift
  "$@" </dev/null 2>&1 | tee -- "${TOOL_LOG}" | indent && return
  status=("${PIPESTATUS[@]}")
  if ((status[0] == 0)); then
    fail "${step}-pipefail" <<TEXT
Error: The output of '$*' could not be kept.

The command itself went well, but writing its output to the disk did not.
Most likely the disk is full. Nothing in your app is known to be wrong.
TEXT
  fi
  explain_known_failure "${step}"
  fail "unknown-${step}-error" <<TEXT
Error: An unexpected error occurred while building your app.

A command of the build failed. Its output above says why.

Failing command, which ended with status ${status[0]}$(what_killed "${status[0]}"):
$*

Stack trace:
$(stack_trace)
TEXT
}

# For a status that a signal leaves behind: 137 is also what is left of a process that used up the build's memory.
what_killed() {
  if (($1 == 137)); then
    printf ' (killed, perhaps because the memory of the build was used up)'
  elif (($1 > 128)); then
    printf ' (signal %s)' "$(kill -l "$(($1 - 128))")"
  fi
}

# logged PATTERN: whether the tool has said so. PATTERN is an extended regular expression.
logged() {
  grep --quiet --ignore-case --extended-regexp -e "$1" -- "${TOOL_LOG}"
}
