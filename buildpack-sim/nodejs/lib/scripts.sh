# shellcheck shell=bash
# The app's own scripts in a build: buildpack-nodejs.md A7. has_script and script_text are package-json.sh's.

run_prebuild() {
  if has_script heroku-prebuild; then
    header Prebuild
    run_script prebuild-script heroku-prebuild
  fi
}

# An empty heroku-postbuild, too, stands in for `build`.
run_build() {
  header Build
  if has_script heroku-postbuild; then
    if has_script build; then
      line 'Detected both "build" and "heroku-postbuild" scripts'
    fi
    run_script build-script heroku-postbuild
  elif has_script build; then
    warn_about_ng_build
    run_script build-script build "${NODE_BUILD_FLAGS:-}"
  fi
}

run_cleanup() {
  if has_script heroku-cleanup; then
    header Cleanup
    run_script cleanup-script heroku-cleanup
  fi
}

# run_script STEP NAME [FLAGS]: the flags are one argument, however many words they are.
run_script() {
  local step="$1" name="$2" flags="${3:-}"
  local -a command
  if uses_yarn; then
    line "Running ${name} (yarn)"
    # Yarn takes an empty script for none, which is an error to it.
    if [[ -z "$(script_text "${name}")" ]]; then
      return 0
    fi
    command=(yarn run "${name}" ${flags:+"${flags}"})
  elif [[ "${PACKAGE_MANAGER}" == pnpm ]]; then
    line "Running ${name}"
    command=(pnpm run --if-present "${name}" ${flags:+-- "${flags}"})
  else
    line "Running ${name}"
    command=(npm run "${name}" --if-present ${flags:+-- "${flags}"})
  fi
  if [[ -n "${flags}" ]]; then
    line "Running with ${flags} flags"
  fi
  run_tool "${step}" "${command[@]}"
  reload_package_json
}

warn_about_ng_build() {
  if [[ "$(script_text build)" == 'ng build' ]]; then
    warning <<'TEXT'
"ng build" detected as build script. We recommend you use `ng build --prod` or add `--prod` to your build flags.

'ng build' alone makes a build for development. Write --prod into the script,
or set the config var NODE_BUILD_FLAGS=--prod.
TEXT
  fi
}
