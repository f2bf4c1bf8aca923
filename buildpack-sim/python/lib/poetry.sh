# shellcheck shell=bash
# Poetry: buildpack-python.md 5.4. It lives in the build cache: the app does not get it.

readonly POETRY_ROOT="${KEPT}/python-poetry"

poetry_name() {
  echo Poetry
}

# The link is absolute, and -e follows it: in a cache that has moved, where the environment would not work, it leads nowhere.
poetry_is_kept() {
  [[ -e "${POETRY_ROOT}/bin/poetry" ]]
}

poetry_fetch() {
  set_aside "${POETRY_ROOT}" &&
    mkdir -p -- "${POETRY_ROOT}/bin" &&
    "${PYTHON_HOME}/bin/python" -m venv --without-pip "${POETRY_ROOT}/venv" &&
    bootstrap "${POETRY_ROOT}/venv/bin/python" "$1" &&
    ln --symbolic --no-target-directory -- "${POETRY_ROOT}/venv/bin/poetry" "${POETRY_ROOT}/bin/poetry"
}

poetry_version() {
  distribution_version "${POETRY_ROOT}/venv/bin/python" poetry
}

# The packages go into the app's Python, not into a virtual environment.
poetry_set_environment() {
  export PATH="${POETRY_ROOT}/bin:${PATH}"
  export POETRY_VIRTUALENVS_CREATE=false
  export POETRY_VIRTUALENVS_USE_POETRY_PYTHON=true
  # Poetry would go on to the Python that this one is made of, this machine's
  if is_virtual_environment; then
    export VIRTUAL_ENV="${PYTHON_HOME}"
  fi
}

poetry_export_lines() {
  cat <<TEXT
export PATH="${POETRY_ROOT}/bin:\$PATH"
export POETRY_VIRTUALENVS_CREATE=false
export POETRY_VIRTUALENVS_USE_POETRY_PYTHON=true
TEXT
  if is_virtual_environment; then
    echo "export VIRTUAL_ENV=\"${PYTHON_HOME}\""
  fi
}

poetry_profile_lines() {
  :
}

poetry_choose_command() {
  COMMAND=(poetry sync)
  if ! is_for_tests; then
    COMMAND+=(--only main)
  fi
}

poetry_run() {
  "$@" --compile --no-ansi --no-interaction
}

poetry_filter() {
  sed --unbuffered '/Skipping virtualenv creation/d'
}

# Not the lock: Poetry adds and removes by itself.
poetry_find_reasons() {
  :
}
