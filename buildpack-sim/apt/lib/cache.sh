# shellcheck shell=bash
# apt's private state, and what it has downloaded, from build to build: buildpack-nodejs.md B2.1.
#
# Heroku stores no cache of a failed build. Here builds work in the cache itself, so what a flush takes away stands by
# until the build has succeeded; a build that was killed is found by what stands by, and its leavings go.

readonly APT_CACHE="${CACHE_DIR}/apt/cache"
readonly APT_STATE="${CACHE_DIR}/apt/state"
readonly APT_SOURCES="${CACHE_DIR}/apt/sources"
readonly STANDBY="${CACHE_DIR}/apt/former"
readonly KEPT_STACK="${CACHE_DIR}/.apt/STACK"

open_cache() {
  if [[ -d "${STANDBY}" ]]; then
    give_cache_back
  fi
  if cmp --silent -- "${APTFILE}" "${APT_CACHE}/Aptfile" && [[ "$(cat -- "${KEPT_STACK}" 2>/dev/null)" == "${STACK}" ]]; then
    step "Reusing cache"
  else
    step "Detected Aptfile or Stack changes, flushing cache"
    flush_cache
  fi
  mkdir -p -- "${APT_STATE}/lists/partial"
}

flush_cache() {
  local folder
  mkdir -p -- "${STANDBY}"
  for folder in "${APT_CACHE}" "${APT_SOURCES}"; do
    if [[ -d "${folder}" ]]; then
      mv -- "${folder}" "${STANDBY}/"
    fi
  done
  mkdir -p -- "${APT_CACHE}/archives/partial" "${APT_SOURCES}/sources.list.d"
  cp -- "${APTFILE}" "${APT_CACHE}/Aptfile"
  cat -- "${SYSTEM_ETC}/apt/sources.list" >"${APT_SOURCES}/sources.list"
  if [[ -n "$(repository_lines)" ]]; then
    step "Adding custom repositories"
    repository_lines >>"${APT_SOURCES}/sources.list"
  fi
}

# After a failure, the cache is as it was before.
give_cache_back() {
  if [[ -d "${STANDBY}" ]]; then
    rm -rf -- "${APT_CACHE}" "${APT_SOURCES}"
    find "${STANDBY}" -mindepth 1 -maxdepth 1 -exec mv -t "${CACHE_DIR}/apt" -- {} +
    rm -rf -- "${STANDBY}"
  fi
}

keep_cache() {
  mkdir -p -- "${KEPT_STACK%/*}"
  printf '%s\n' "${STACK}" >"${KEPT_STACK}"
  rm -rf -- "${STANDBY}"
}
