# shellcheck shell=bash
# From the request to what is installed: buildpack-python.md 4.6, and what a laptop adds to it: the stack image holds one
# Python, and the patch release that Heroku would fetch is not to be had.
# Sets MAJOR_VERSION (N.N as requested), NEWEST_PATCH (Heroku's), IMAGE_VERSION (what gets installed), and RESOLVED_VERSION:
# what Heroku would install, except that a request of N.N means the image's patch if the image has that N.N.

resolve_version() {
  MAJOR_VERSION="$(minor_of "${REQUESTED_VERSION}")"
  report python_version_major "${MAJOR_VERSION}"
  if version_below "${MAJOR_VERSION}" "$(known oldest)"; then
    fail_as_end_of_life
  elif version_below "$(known newest)" "${MAJOR_VERSION}"; then
    fail_as_unknown
  fi

  NEWEST_PATCH="$(known "python-${MAJOR_VERSION}")"
  if [[ ! -f "${PYTHON_ROOT}/python-version" ]]; then
    fail_without_python
  fi
  IMAGE_VERSION="$(<"${PYTHON_ROOT}/python-version")"
  if [[ "${REQUESTED_VERSION}" != "${MAJOR_VERSION}" ]]; then
    RESOLVED_VERSION="${REQUESTED_VERSION}"
  elif [[ "$(minor_of "${IMAGE_VERSION}")" == "${MAJOR_VERSION}" ]]; then
    RESOLVED_VERSION="${IMAGE_VERSION}"
  else
    RESOLVED_VERSION="${NEWEST_PATCH}"
  fi
  readonly MAJOR_VERSION NEWEST_PATCH IMAGE_VERSION RESOLVED_VERSION
  report_version
}

report_version() {
  local pinned=false outdated=false
  if [[ "${REQUESTED_VERSION}" != "${MAJOR_VERSION}" ]]; then
    pinned=true
  fi
  if [[ "${pinned}" == true ]] && version_below "${REQUESTED_VERSION}" "${NEWEST_PATCH}"; then
    outdated=true
  fi
  report python_version "${RESOLVED_VERSION}"
  report python_version_installed "${IMAGE_VERSION}"
  report_raw python_version_pinned "${pinned}"
  report_raw python_version_outdated "${outdated}"
}

# A patch release that this snapshot does not know: Heroku finds out when the download fails, so this is asked there.
is_unknown_patch() {
  [[ "${RESOLVED_VERSION}" != "${IMAGE_VERSION}" ]] && version_below "${NEWEST_PATCH}" "${RESOLVED_VERSION}"
}

fail_without_python() {
  fail install-python <<TEXT
Error: Unable to download/install Python.

The stack image of this build holds no Python (${PYTHON_ROOT}).
Build it anew: dynosim images build
TEXT
}

fail_as_end_of_life() {
  if [[ "${VERSION_ORIGIN}" == cached ]]; then
    fail python-version::eol <<TEXT
Error: The cached Python version has reached end-of-life.

Your app names no Python version, so the one of its last build would
be used: Python ${MAJOR_VERSION}. It gets no security fixes any more, and the
oldest that this buildpack installs is Python $(known oldest).

Create a file '.python-version' with a newer one, for example:
$(known default)
TEXT
  fi
  fail python-version::eol <<TEXT
Error: The requested Python version has reached end-of-life.

Python ${MAJOR_VERSION} gets no security fixes any more. The oldest that this
buildpack installs is Python $(known oldest).

Change the version in $(where_to_change_version).
TEXT
}

fail_as_unknown() {
  if [[ "${VERSION_ORIGIN}" == cached ]]; then
    fail python-version::unknown-major <<TEXT
Error: The cached Python version isn't recognised.

Your app names no Python version, so the one of its last build would
be used: Python ${MAJOR_VERSION}. This buildpack doesn't know it; perhaps the
last build used a newer buildpack.

Create a file '.python-version' with a version known here:
$(known default)
TEXT
  fi
  fail python-version::unknown-major <<TEXT
Error: The requested Python version isn't recognised.

Python ${MAJOR_VERSION} isn't known to this buildpack: either it has not been
released, or it is newer than the buildpack. The newest known here is
Python $(known newest).

Change the version in $(where_to_change_version).
TEXT
}
