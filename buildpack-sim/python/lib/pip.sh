# shellcheck shell=bash
# pip: buildpack-python.md 5.2. It stays for the app at run time, and is installed on every build: from what an earlier one
# has kept, where that is the same (base.sh).

pip_name() {
  echo pip
}

pip_is_kept() {
  false
}

pip_fetch() {
  local -a packages=("$1") upgrade=()
  if needs_setuptools; then
    packages+=("setuptools==$(known setuptools)")
  fi
  if [[ "$1" == pip ]]; then
    upgrade=(--upgrade)
  elif [[ "${BASE_IS_PLACED}" == true ]]; then
    return 0
  elif are_installed "${packages[@]}"; then
    return 0
  fi
  bootstrap "${PYTHON_HOME}/bin/python" "${upgrade[@]}" "${packages[@]}" || return
  if [[ "$1" != pip ]]; then
    keep_base
  fi
}

needs_setuptools() {
  ! version_below "$(known setuptools-up-to)" "$(minor_of "${IMAGE_VERSION}")"
}

# are_installed NAME==VERSION... In a restored tree the bootstrap would find that all is there and do nothing, but take
# seconds to say so. The app's requirements may have brought another pip: then the name of the directory differs.
are_installed() {
  local package
  for package in "$@"; do
    if ! compgen -G ".heroku/python/lib/python*/site-packages/${package/==/-}.dist-info/RECORD" >/dev/null; then
      return 1
    fi
  done
}

pip_version() {
  distribution_version "${PYTHON_HOME}/bin/python" pip
}

pip_set_environment() {
  export PIP_DISABLE_PIP_VERSION_CHECK=1
}

pip_export_lines() {
  echo 'export PIP_DISABLE_PIP_VERSION_CHECK=1'
}

pip_profile_lines() {
  pip_export_lines
}

pip_choose_command() {
  COMMAND=(pip install -r requirements.txt)
  if is_for_tests && [[ -f requirements-test.txt ]]; then
    COMMAND+=(-r requirements-test.txt)
  fi
}

pip_run() {
  with_extra_index "$@" --exists-action=w --no-cache-dir --no-input --progress-bar off --src="${PYTHON_HOME}/src"
}

pip_filter() {
  sed --unbuffered -E '/^Requirement already satisfied: /s# in [^ ]*/site-packages##'
}

# Of the requirements files only the root one counts, byte by byte; files that it pulls in with -r do not.
pip_find_reasons() {
  if ! cmp --silent -- "${KEPT}/requirements.txt" requirements.txt; then
    REASONS+=("The contents of requirements.txt changed")
  fi
}
