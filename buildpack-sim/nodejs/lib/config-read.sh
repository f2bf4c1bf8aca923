# shellcheck shell=bash
# Which config vars take part in this build, for the platform: it says so when one is changed later, since no config change
# builds anything. All variables are there for everything in the build (buildpack-nodejs.md A4), but where no script of the
# app runs it is only Node's and the package managers' own that matter.

say_config_read() {
  local script names='NODE_* NPM_* YARN_* PNPM_* USE_* SKIP_*'
  if [[ -z "${DYNOSIM_CONFIG_READ_FILE:-}" ]]; then
    return 0
  fi
  for script in heroku-prebuild heroku-postbuild build heroku-cleanup preinstall install postinstall prepare; do
    if has_script "${script}"; then
      names='*'
    fi
  done
  tr ' ' '\n' <<<"${names}" >"${DYNOSIM_CONFIG_READ_FILE}"
}
