# shellcheck shell=bash
# What the app gets at run time (.profile.d) and later buildpacks in their build (export): buildpack-python.md 9.2, 9.4, 10.

write_profile() {
  mkdir -p .profile.d
  write_python_profile >.profile.d/python.sh
  cp -- "${BUILDPACK_DIR}/profile.d/python.gunicorn.sh" .profile.d/python.gunicorn.sh
  cp -- "${BUILDPACK_DIR}/profile.d/WEB_CONCURRENCY.sh" .profile.d/WEB_CONCURRENCY.sh
  write_export
}

write_python_profile() {
  manager profile_lines
  write_python_variables
  write_nltk_data
  # The path of this build becomes the app's. From the working directory, which is the app's when a dyno boots.
  if [[ "${BUILD_DIR}" != "${APP_DIR}" ]]; then
    cat <<TEXT
find .heroku/python/lib/python*/site-packages/ -type f -and \( -name '*.egg-link' -or -name '*.pth' -or -name '__editable___*_finder.py' \) -exec sed -i -e 's#${BUILD_DIR}#/app#' {} \+
TEXT
  fi
}

# A virtual environment knows where it is, and does not start with a PYTHONHOME. Nothing of it names /app but what the engine
# of this machine makes name the place where it runs, so no link is needed there.
write_python_variables() {
  if is_virtual_environment; then
    sed -e '/^export PYTHONHOME=/d' -e '/^# Scripts name/,$d' -- "${BUILDPACK_DIR}/profile.d/python.sh"
  else
    cat -- "${BUILDPACK_DIR}/profile.d/python.sh"
  fi
}

write_nltk_data() {
  if [[ -n "${NLTK_DATA_DIR}" ]]; then
    echo "export NLTK_DATA=\"${NLTK_DATA_DIR}\""
  fi
}

write_export() {
  if [[ ! -w "${BUILDPACK_DIR}" ]]; then
    line "(the buildpack's folder can't be written to, so later buildpacks don't get Python's variables)"
    return 0
  fi
  manager export_lines >"${BUILDPACK_DIR}/export"
  cat >>"${BUILDPACK_DIR}/export" <<TEXT
export PATH="${PYTHON_HOME}/bin:\$PATH"
export PYTHONUNBUFFERED=true
TEXT
  if ! is_virtual_environment; then
    echo "export PYTHONHOME=\"${PYTHON_HOME}\"" >>"${BUILDPACK_DIR}/export"
  fi
  cat >>"${BUILDPACK_DIR}/export" <<TEXT
export LIBRARY_PATH="${PYTHON_HOME}/lib\${LIBRARY_PATH:+:\$LIBRARY_PATH}"
export LD_LIBRARY_PATH="${PYTHON_HOME}/lib\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export LANG="\${LANG:-en_US.UTF-8}"
export PYTHONPATH="\${PYTHONPATH:-${APP_DIR}}"
TEXT
  write_nltk_data >>"${BUILDPACK_DIR}/export"
}
