# shellcheck shell=bash
# Pipenv: buildpack-python.md 5.3. It goes into the slug, for apps call 'pipenv run' at run time; but in a virtual environment
# of its own, with one link to it on PATH, so that neither its packages nor their programs mix with the app's.

readonly PIPENV_ROOT="${PYTHON_HOME}/pipenv"

pipenv_name() {
  echo Pipenv
}

pipenv_is_kept() {
  [[ -f "${PIPENV_ROOT}/bin/pipenv" ]]
}

# Pipenv brings a pip of its own, so the environment needs none.
pipenv_fetch() {
  rm -rf -- "${PIPENV_ROOT}" &&
    mkdir -p -- "${PIPENV_ROOT}/bin" &&
    "${PYTHON_HOME}/bin/python" -m venv --without-pip "${PIPENV_ROOT}/venv" &&
    bootstrap "${PIPENV_ROOT}/venv/bin/python" "$1" &&
    ln --symbolic --no-target-directory -- "${PIPENV_ROOT}/venv/bin/pipenv" "${PIPENV_ROOT}/bin/pipenv"
}

pipenv_version() {
  distribution_version "${PIPENV_ROOT}/venv/bin/python" pipenv
}

# VIRTUAL_ENV: in its --system mode Pipenv would else skip what it has itself among its own packages.
pipenv_set_environment() {
  export PATH="${PIPENV_ROOT}/bin:${PATH}"
  export PIPENV_SYSTEM=1
  export PIPENV_VERBOSITY=-1
  export VIRTUAL_ENV="${PYTHON_HOME}"
}

pipenv_export_lines() {
  cat <<TEXT
export PATH="${PIPENV_ROOT}/bin:\$PATH"
export PIPENV_SYSTEM=1
export PIPENV_VERBOSITY=-1
export VIRTUAL_ENV="${PYTHON_HOME}"
TEXT
}

pipenv_profile_lines() {
  pipenv_export_lines
}

pipenv_choose_command() {
  COMMAND=(pipenv install --deploy)
  if is_for_tests; then
    COMMAND+=(--dev)
  fi
}

pipenv_run() {
  local -x PIPENV_NOSPIN=1 PIP_SRC="${PYTHON_HOME}/src"
  with_extra_index "$@"
}

pipenv_filter() {
  cat
}

# 'pipenv install' does not remove what has left the lock. The sum names the file without its folder, which is another in each build.
pipenv_find_reasons() {
  local sum="${KEPT}/python/Pipfile.lock.sha256"
  if [[ -f "${sum}" ]] && ! sha256sum --check --strict --status -- "${sum}"; then
    REASONS+=("The contents of Pipfile.lock changed")
  fi
}
