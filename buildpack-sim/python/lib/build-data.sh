# shellcheck shell=bash
# build-data/python.json in the cache: what the last successful build was made of. The cache rules read it back, and so
# may the platform. One "key": "value" per line, for the same reason as in versions.sh.

readonly BUILD_DATA="${CACHE_DIR}/build-data/python.json"

# last_build KEY: prints the value, or nothing.
last_build() {
  if [[ -f "${BUILD_DATA}" ]]; then
    sed -nE "s/^ *\"$1\": \"([^\"]*)\",?$/\1/p" "${BUILD_DATA}"
  fi
}

# Written beside and moved over: a build that is killed leaves the old or the new one.
write_build_data() {
  mkdir -p -- "${BUILD_DATA%/*}"
  cat >"${BUILD_DATA}.new" <<TEXT
{
  "cache_status": "${CACHE_STATUS}",
  "package_manager": "${PACKAGE_MANAGER}",
  "${PACKAGE_MANAGER}_version": "$(known "${PACKAGE_MANAGER}")",
  "${PACKAGE_MANAGER}_version_installed": "${MANAGER_VERSION}",
  "python_version": "${RESOLVED_VERSION}",
  "python_version_installed": "${IMAGE_VERSION}",
  "python_version_major": "${MAJOR_VERSION}",
  "python_version_origin": "${VERSION_ORIGIN}",
  "python_version_requested": "${REQUESTED_VERSION}"
}
TEXT
  mv -f -- "${BUILD_DATA}.new" "${BUILD_DATA}"
}
