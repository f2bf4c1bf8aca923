# shellcheck shell=bash
# Installing what package.json asks for, devDependencies and all: they build the app, and go afterwards (prune.sh).
# buildpack-nodejs.md A6

install_dependencies() {
  header 'Installing dependencies'
  case "${PACKAGE_MANAGER}" in
    yarn) install_with_yarn ;;
    yarn1) install_with_yarn1 ;;
    pnpm) install_with_pnpm ;;
    *)
      if [[ "${PREBUILT}" == true ]]; then
        rebuild_with_npm
      else
        install_with_npm
      fi
      ;;
  esac
}

# Sets NPM_VERB, before anything is installed: `npm install` leaves a lockfile behind. USE_NPM_INSTALL decides if it is set,
# "false" included. npm learnt `ci` in version 5.7; Heroku uses it from 6.
choose_npm_verb() {
  NPM_VERB=install
  if [[ -n "${USE_NPM_INSTALL:-}" ]]; then
    if [[ "${USE_NPM_INSTALL}" == false ]]; then
      NPM_VERB=ci
    fi
  elif [[ -f package-lock.json || -f npm-shrinkwrap.json ]] && ((${INSTALLED_NPM%%.*} >= 6)); then
    NPM_VERB=ci
  fi
}

uses_npm_ci() {
  [[ "${NPM_VERB}" == ci ]]
}

# NODE_ENV=production alone would leave devDependencies out.
npm_options() {
  NPM_OPTIONS=(--production="${NPM_CONFIG_PRODUCTION:-false}" --userconfig "${BUILD_DIR}/.npmrc")
}

install_with_npm() {
  local NPM_OPTIONS
  npm_options
  if uses_npm_ci; then
    line 'Installing node modules'
    run_tool install-dependencies npm ci "${NPM_OPTIONS[@]}"
  else
    line "Installing node modules ($(manifests))"
    run_tool install-dependencies npm install "${NPM_OPTIONS[@]}"
  fi
}

manifests() {
  if [[ -f package-lock.json ]]; then
    echo 'package.json + package-lock'
  elif [[ -f npm-shrinkwrap.json ]]; then
    echo 'package.json + shrinkwrap'
  else
    echo 'package.json'
  fi
}

# node_modules came with the source. What was compiled in it was compiled elsewhere.
rebuild_with_npm() {
  local NPM_OPTIONS from='package.json'
  npm_options
  if [[ -f npm-shrinkwrap.json ]]; then
    from='package.json + shrinkwrap'
  fi
  line 'Prebuild detected (node_modules already exists)'
  line 'Rebuilding any native modules'
  run_tool install-dependencies npm rebuild
  line "Installing any new modules (${from})"
  run_tool install-dependencies npm install "${NPM_OPTIONS[@]}"
}

install_with_yarn1() {
  line 'Installing node modules (yarn.lock)'
  run_tool install-dependencies \
    yarn install --production="${YARN_PRODUCTION:-false}" --frozen-lockfile --ignore-engines --prefer-offline
}

install_with_yarn() {
  line "Running 'yarn install' with yarn.lock"
  run_tool install-dependencies yarn install --immutable
}

# The same as --prod=false, which pnpm 12.0 to 12.3 take for an error.
install_with_pnpm() {
  local -a options=(--no-prod --frozen-lockfile)
  line "Running 'pnpm install' with pnpm-lock.yaml"
  case "${PNPM_INSTALL_REPORTER:-}" in
    '') ;;
    default | ndjson | append-only | silent) options+=("--reporter=${PNPM_INSTALL_REPORTER}") ;;
    *)
      line "Warning: Invalid PNPM_INSTALL_REPORTER value '${PNPM_INSTALL_REPORTER}'. Valid values: default, ndjson, append-only, silent"
      line 'Proceeding with default reporter'
      ;;
  esac
  run_tool install-dependencies pnpm install "${options[@]}"
  clean_pnpm_store
  write_pnpm_profile
}
