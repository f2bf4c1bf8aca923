# shellcheck shell=bash
# The environment of the build: buildpack-nodejs.md A4.

readonly HIDDEN_CONFIG_VARS='^(PATH|GIT_DIR|CPATH|CPPATH|LD_PRELOAD|LIBRARY_PATH|LANG|BUILD_DIR)$'
# Not the app's: how the build trusts the CA of this machine.
readonly MACHINES='^NODE_EXTRA_CA_CERTS='

# config_var NAME: prints its value, or nothing.
config_var() {
  if [[ -f "${ENV_DIR}/$1" ]]; then
    cat -- "${ENV_DIR}/$1"
  fi
}

# The opposite of the Python buildpack: everything in the build sees the config vars.
load_config_vars() {
  local file name
  unset GIT_DIR
  for file in "${ENV_DIR}"/*; do
    name="${file##*/}"
    if [[ -f "${file}" && "${name}" =~ ^[A-Za-z_][A-Za-z0-9_]*$ && ! "${name}" =~ ${HIDDEN_CONFIG_VARS} ]] && is_ours_to_set "${name}"; then
      export "${name}=$(cat -- "${file}")"
    fi
  done
}

# Not the names that bash, or this script, holds as readonly.
is_ours_to_set() {
  [[ "$(declare -p "$1" 2>/dev/null)" != 'declare -'*r* ]]
}

set_default_environment() {
  export NPM_CONFIG_LOGLEVEL="${NPM_CONFIG_LOGLEVEL:-error}"
  export NODE_MODULES_CACHE="${NODE_MODULES_CACHE:-true}"
  export NODE_ENV="${NODE_ENV:-production}"
  export NODE_VERBOSE="${NODE_VERBOSE:-false}"
  if uses_yarn; then
    export USE_YARN_CACHE="${USE_YARN_CACHE:-true}"
  fi
}

list_environment() {
  local hidden="${MACHINES}"
  if [[ -f "${ENV_DIR}/NODE_EXTRA_CA_CERTS" ]]; then
    hidden='^$'
  fi
  line ''
  printenv | awk -v hidden="${hidden}" '
    BEGIN { count = split("NPM_CONFIG_ YARN_ USE_NPM_ USE_YARN_ NODE_", prefixes, " ") }
    $0 ~ hidden { next }
    { for (i = 1; i <= count; i++) if (index($0, prefixes[i]) == 1) lines[i] = lines[i] "       " $0 "\n" }
    END { for (i = 1; i <= count; i++) printf "%s", lines[i] }
  '
}

# Set after the listing. At run time there is no such default.
set_build_environment() {
  export NODE_OPTIONS="${NODE_OPTIONS:---max_old_space_size=2560}"
  export NODE_HOME
  export PATH="${NODE_HOME}/bin:${BUILD_DIR}/.heroku/yarn/bin:${PATH}:${BUILD_DIR}/node_modules/.bin"
}

# For the buildpacks after this one. heroku.md 6.2
write_export() {
  cat >"${BUILDPACK_DIR}/export" <<TEXT
export PATH="${BUILD_DIR}/.heroku/node/bin:${BUILD_DIR}/.heroku/yarn/bin:\$PATH:${BUILD_DIR}/node_modules/.bin"
export NODE_HOME="${BUILD_DIR}/.heroku/node"
export NODE_OPTIONS="\${NODE_OPTIONS:---max_old_space_size=2560}"
TEXT
}
