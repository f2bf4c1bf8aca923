# shellcheck shell=bash
# uv: buildpack-python.md 5.5. It lives in the build cache: the app does not get it.

readonly UV_ROOT="${KEPT}/python-uv"

uv_name() {
  echo uv
}

uv_is_kept() {
  [[ -f "${UV_ROOT}/uv" ]]
}

# Heroku unpacks an archive of uv's releases; the same two programs are in the package of that name.
uv_fetch() {
  set_aside "${UV_ROOT}" &&
    mkdir -p -- "${UV_ROOT}" &&
    bootstrap "${PYTHON_HOME}/bin/python" --no-deps --target "${UV_ROOT}/package" "$1" &&
    mv -- "${UV_ROOT}"/package/bin/* "${UV_ROOT}" &&
    rm -rf -- "${UV_ROOT}/package"
}

# "uv 0.12.5 (and what it was built of)"
uv_version() {
  "${UV_ROOT}/uv" --version | cut --delimiter=' ' --fields=2
}

uv_set_environment() {
  export PATH="${UV_ROOT}:${PATH}"
  # The packages go into the app's Python, and no other is fetched.
  export UV_PROJECT_ENVIRONMENT="${PYTHON_HOME}"
  export UV_NO_MANAGED_PYTHON=1
  export UV_PYTHON_DOWNLOADS=never
  export UV_LINK_MODE=hardlink
  if builds_below_tmp; then
    export UV_CACHE_DIR="${TMP_DIR}/uv-cache"
  fi
}

# uv links files out of its own cache, which has to be on the same file system; by default it is below the home directory.
builds_below_tmp() {
  [[ -n "${DYNOSIM_TMP_DIR:-}" || "$(realpath -- "${PYTHON_HOME}")" == /tmp/* ]]
}

uv_export_lines() {
  cat <<TEXT
export PATH="${UV_ROOT}:\$PATH"
export UV_PROJECT_ENVIRONMENT="${PYTHON_HOME}"
export UV_NO_MANAGED_PYTHON=1
export UV_PYTHON_DOWNLOADS=never
export UV_LINK_MODE=hardlink
TEXT
  if builds_below_tmp; then
    echo "export UV_CACHE_DIR=${TMP_DIR}/uv-cache"
  fi
}

uv_profile_lines() {
  :
}

uv_choose_command() {
  COMMAND=(uv sync --locked)
  if ! is_for_tests; then
    COMMAND+=(--no-default-groups)
  fi
}

uv_run() {
  "$@" --color always --compile-bytecode --no-progress
}

uv_filter() {
  cat
}

# Not the lock: uv adds and removes by itself.
uv_find_reasons() {
  :
}
