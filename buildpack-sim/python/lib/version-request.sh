# shellcheck shell=bash
# Which Python the app asks for: buildpack-python.md 4.1, 4.4, 4.5.
# Sets REQUESTED_VERSION (as written) and VERSION_ORIGIN (file name, "cached" or "default").

request_version() {
  if [[ -f runtime.txt ]]; then
    VERSION_ORIGIN=runtime.txt
    parse_runtime_txt
    return
  fi
  check_spelling
  if [[ -f .python-version ]]; then
    VERSION_ORIGIN=.python-version
    parse_python_version_file
    return
  fi
  if [[ "${PACKAGE_MANAGER}" == pipenv ]]; then
    VERSION_ORIGIN=Pipfile.lock
    parse_pipfile_lock
    if [[ -n "${REQUESTED_VERSION}" ]]; then
      return 0
    fi
  fi
  request_sticky_version
}

# The major of the last successful build, without its patch. Anything odd in that file is ignored.
request_sticky_version() {
  local cached
  cached="$(cached_python_version)"
  if [[ "${cached}" =~ ^${NUMBER}\.${NUMBER}\.${NUMBER}$ ]]; then
    VERSION_ORIGIN=cached
    REQUESTED_VERSION="$(minor_of "${cached}")"
  else
    VERSION_ORIGIN=default
    REQUESTED_VERSION="$(known default)"
  fi
}

# The file that somebody edits: a lock is made of another.
where_to_change_version() {
  if [[ "${VERSION_ORIGIN}" == Pipfile.lock ]]; then
    echo "your 'Pipfile' (then run 'pipenv lock')"
  else
    echo "your '${VERSION_ORIGIN}' file"
  fi
}

tell_request() {
  report python_version_origin "${VERSION_ORIGIN}"
  report python_version_requested "${REQUESTED_VERSION}"
  case "${VERSION_ORIGIN}" in
    default)
      step "No Python version was specified. Using the buildpack default: Python ${REQUESTED_VERSION}"
      ;;
    cached)
      step "No Python version was specified. Using the same major version as the last build: Python ${REQUESTED_VERSION}"
      ;;
    *)
      step "Using Python ${REQUESTED_VERSION} specified in ${VERSION_ORIGIN}"
      ;;
  esac
}
