# shellcheck shell=bash
# The environment of the build: buildpack-python.md 9.1. PYTHON_HOME is named through the app's directory everywhere, so
# that sys.prefix and the #! lines of installed scripts still hold when the slug runs.

readonly PYTHON_HOME="${APP_DIR}/.heroku/python"

set_build_environment() {
  unset PYTHONHOME PYTHONPATH
  export BUILD_DIR CACHE_DIR ENV_DIR
  # The colons matter: an empty part of a search path means the working directory, which is the app's source.
  export PATH="${PYTHON_HOME}/bin:${PATH}"
  export PYTHONUNBUFFERED=1
  export LANG=en_US.UTF-8
  export C_INCLUDE_PATH="${PYTHON_HOME}/include${C_INCLUDE_PATH:+:${C_INCLUDE_PATH}}"
  export CPLUS_INCLUDE_PATH="${PYTHON_HOME}/include${CPLUS_INCLUDE_PATH:+:${CPLUS_INCLUDE_PATH}}"
  export LIBRARY_PATH="${PYTHON_HOME}/lib${LIBRARY_PATH:+:${LIBRARY_PATH}}"
  export LD_LIBRARY_PATH="${PYTHON_HOME}/lib${LD_LIBRARY_PATH:+:${LD_LIBRARY_PATH}}"
  export PKG_CONFIG_PATH="${PYTHON_HOME}/lib/pkg-config${PKG_CONFIG_PATH:+:${PKG_CONFIG_PATH}}"
}

# Config vars that no step gets to see, since the build would break. buildpack-python.md 9.3
readonly BLOCKED=(PATH CPATH CPPATH LD_PRELOAD LIBRARY_PATH LD_LIBRARY_PATH PYTHONHOME)

# with_config_vars COMMAND...: becomes the command, which sees all other config vars; so it needs a subshell. They are handed on
# as arguments: this shell keeps some of their names (BUILD_DIR) for itself. The last shell is there because a script without
# a "#!" line runs in a shell only if a shell has started it.
with_config_vars() {
  local file name
  local -a vars=()
  say_config_read '*'
  for file in "${ENV_DIR}"/*; do
    name="${file##*/}"
    if [[ -f "${file}" && "${name}" != *=* && " ${BLOCKED[*]} " != *" ${name} "* ]]; then
      vars+=("${name}=$(<"${file}")")
    fi
  done
  # shellcheck disable=SC2016 # $0 and $@ are that shell's
  exec env -- "${vars[@]}" bash -p -c '"$0" "$@"' "$@"
}

# config_var NAME: prints its value, or nothing. Most steps must not see config vars at all (9.3).
config_var() {
  say_config_read "$1"
  if [[ -f "${ENV_DIR}/$1" ]]; then
    cat -- "${ENV_DIR}/$1"
  fi
}

# setting NAME: the config var, else what the build system has set (the buildpack's test-compile does).
setting() {
  say_config_read "$1"
  if [[ -f "${ENV_DIR}/$1" ]]; then
    config_var "$1"
  else
    printf '%s' "${!1:-}"
  fi
}
