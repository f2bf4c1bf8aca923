# shellcheck shell=bash
# Scripts of the app that run in the build: buildpack-python.md 8.

# run_hook NAME: bin/NAME, if there is one.
run_hook() {
  local script="bin/$1"
  if [[ -f "${script}" ]]; then
    step "Running ${script} hook"
    report_raw "$1_hook" true
    timed "$1_hook_duration" run_hook_script "${script}" "$1"
  else
    report_raw "$1_hook" false
  fi
}

run_hook_script() {
  chmod +x -- "$1"
  if ! (with_config_vars "$1") 2>&1 | indent; then
    fail "hooks::$2" <<TEXT
Error: Failed to run the $1 script.

Your app's '$1' script, which is run as a part of the
build, ended with an error. What it said stands above.

Mend the script, or delete or rename it if the build can do without.
TEXT
  fi
}
