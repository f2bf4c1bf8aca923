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

# config_var NAME: prints its value, or nothing. Most steps must not see config vars at all (9.3).
config_var() {
  if [[ -f "${ENV_DIR}/$1" ]]; then
    cat -- "${ENV_DIR}/$1"
  fi
}
