# shellcheck shell=bash
# Python itself: buildpack-python.md 5.1. Heroku unpacks an archive; here a tree is copied from the stack image.

install_python() {
  if [[ -x .heroku/python/bin/python ]]; then
    step "Using cached install of Python ${IMAGE_VERSION}"
  elif is_unknown_patch; then
    step "Installing Python ${RESOLVED_VERSION}"
    fail_with_unknown_patch
  else
    step "Installing Python ${IMAGE_VERSION}"
    copy_python
  fi
  tell_substituted_patch
  link_python
}

copy_python() {
  mkdir -p .heroku
  if place_base; then
    return 0
  fi
  if ! copy_tree "${PYTHON_ROOT}/python" .heroku/python; then
    fail install-python <<TEXT
Error: Unable to download/install Python.

Python could not be copied from the stack image (${PYTHON_ROOT}/python).
The reason stands above; a full disk is the usual one.
TEXT
  fi
}

# Where there is no stack image, Python is a virtual environment of this machine's.
is_virtual_environment() {
  [[ -f .heroku/python/pyvenv.cfg ]]
}

tell_substituted_patch() {
  if [[ "${RESOLVED_VERSION}" != "${IMAGE_VERSION}" && "$(minor_of "${IMAGE_VERSION}")" == "${MAJOR_VERSION}" ]]; then
    line "(${RESOLVED_VERSION} was asked for; the stack image has ${IMAGE_VERSION})"
  fi
}

# The slug runs in APP_DIR, so everything is called through it from the start. Stays for later buildpacks.
link_python() {
  if [[ "${BUILD_DIR}" != "${APP_DIR}" ]]; then
    mkdir -p -- "${APP_DIR}/.heroku"
    ln --symbolic --force --no-target-directory -- "${BUILD_DIR}/.heroku/python" "${PYTHON_HOME}"
  fi
}

fail_with_unknown_patch() {
  fail python-version::unknown-patch <<TEXT
Error: The requested Python version isn't available.

There is no Python ${RESOLVED_VERSION}, as far as this buildpack knows. The newest
patch release of that version is Python ${NEWEST_PATCH}.

Write '${MAJOR_VERSION}' in $(where_to_change_version), without a
patch number, to get the newest by itself.
TEXT
}

# Those of the modules asked about below that the app can import, between spaces; asked once, for Python takes a while to start.
IMPORTABLE=

# is_importable nltk|django: as the app would import it: the folder of the source counts, as it does to Python itself, and so does
# the PYTHONPATH of the config vars (buildpack-python.md 7.1: they are loaded first). No other config var has a say in it.
is_importable() {
  if [[ -z "${IMPORTABLE}" ]]; then
    IMPORTABLE=" $(PYTHONPATH="$(config_var PYTHONPATH)" "${PYTHON_HOME}/bin/python" -c \
      'import sys, importlib.util as u; print(*(m for m in sys.argv[1:] if u.find_spec(m)))' nltk django || true) "
  fi
  [[ "${IMPORTABLE}" == *" $1 "* ]]
}
