# shellcheck shell=bash
# What to say about a version that is accepted: buildpack-python.md 4.7, in its order, then dynosim's own substitutions.

warn_about_version() {
  case "${VERSION_ORIGIN}" in
    default | cached) warn_without_version_file ;;
    runtime.txt) warn_about_runtime_txt ;;
  esac
  if [[ "${MAJOR_VERSION}" == "$(known deprecated)" ]]; then
    warn_about_deprecated_major
  fi
  if [[ "${REQUESTED_VERSION}" != "${MAJOR_VERSION}" ]] && version_below "${REQUESTED_VERSION}" "${NEWEST_PATCH}"; then
    warn_about_old_patch
  fi
  # Nothing stands in for a version that Heroku has not either: installing it fails.
  if is_unknown_patch; then
    return 0
  elif [[ "$(minor_of "${IMAGE_VERSION}")" != "${MAJOR_VERSION}" ]]; then
    tell_substituted_major
  elif [[ "${DYNOSIM_STRICT:-}" == 1 && "${RESOLVED_VERSION}" != "${IMAGE_VERSION}" ]]; then
    refuse_substituted_patch
  fi
}

warn_without_version_file() {
  if [[ "${PACKAGE_MANAGER}" == uv ]]; then
    fail python-version-file::not-found <<TEXT
Error: No Python version was specified.

Your app names no Python version, which is an error for apps that
use uv.

Create a file '.python-version' with the one to use, and commit it:
uv python pin ${MAJOR_VERSION}
TEXT
  fi
  warning <<TEXT
Warning: No Python version was specified.

Your app names no Python version. What it gets then changes without
your doing, and a later release of the buildpack makes this an error.

Create a file '.python-version' at the top level of the app, with this
line, and commit it:
${MAJOR_VERSION}
TEXT
}

warn_about_runtime_txt() {
  if [[ "${PACKAGE_MANAGER}" == uv ]]; then
    fail runtime-txt::not-supported <<TEXT
Error: The runtime.txt file isn't supported when using uv.

uv itself reads '.python-version' only, so the two could disagree.

Delete 'runtime.txt', and write the version where uv finds it:
uv python pin ${MAJOR_VERSION}
TEXT
  fi
  warning <<TEXT
Warning: The runtime.txt file is deprecated.

Delete 'runtime.txt', and create a file '.python-version' with this
line (no 'python-' before it):
${REQUESTED_VERSION}
TEXT
}

warn_about_deprecated_major() {
  warning <<TEXT
Warning: Support for Python ${MAJOR_VERSION} is deprecated!

Python ${MAJOR_VERSION} reaches its upstream end of life in $(known deprecated-upstream-ends), and this
buildpack stops installing it on $(known deprecated-support-ends).

Move to a newer version before that.
TEXT
}

warn_about_old_patch() {
  warning <<TEXT
Warning: A Python patch update is available!

Your app is pinned to Python ${REQUESTED_VERSION}. The newest patch release of
that version is Python ${NEWEST_PATCH}.

Write '${MAJOR_VERSION}' in $(where_to_change_version)
to get such updates by themselves.
TEXT
}

tell_substituted_major() {
  if [[ "${DYNOSIM_STRICT:-}" == 1 ]]; then
    fail dynosim::strict::python-version <<TEXT
Error: Python ${MAJOR_VERSION} can't be had here.

Heroku would install Python ${RESOLVED_VERSION}. The stack image of this build
has Python ${IMAGE_VERSION}, and strict mode allows no substitution.
TEXT
  fi
  warning <<TEXT
Warning: Python ${MAJOR_VERSION} can't be had here.

Heroku would install Python ${RESOLVED_VERSION}. This build uses
Python ${IMAGE_VERSION}, the one in the stack image, instead. Packages may
resolve to other versions than on Heroku, or fail to install.
TEXT
}

refuse_substituted_patch() {
  fail dynosim::strict::python-version <<TEXT
Error: Python ${RESOLVED_VERSION} can't be had here.

The stack image of this build has Python ${IMAGE_VERSION}, and strict mode
allows no substitution.
TEXT
}
