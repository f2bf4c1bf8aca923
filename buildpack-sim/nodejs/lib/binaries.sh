# shellcheck shell=bash
# Installs Node.js, npm, and Yarn or pnpm: buildpack-nodejs.md A5. Sets
#   INSTALLED_NODE INSTALLED_NPM INSTALLED_YARN INSTALLED_PNPM   what they call themselves, or empty. Names that no config
#                                                                var has: NODE_VERSION is the app's.

install_binaries() {
  # shellcheck disable=SC2034 # other files read them
  INSTALLED_YARN='' INSTALLED_PNPM=''
  use_machines_registry
  install_node
  install_npm
  use_own_headers
  if wants_yarn; then
    install_yarn
  fi
  if [[ "${PACKAGE_MANAGER}" == pnpm ]]; then
    install_pnpm
  fi
}

install_node() {
  local package version folder
  if [[ -n "${NODE_BINARY_URL:-}" ]]; then
    install_node_from_url
    return
  fi
  if [[ -z "${NODE_REQUEST}" ]]; then
    line 'No Node.js version specified, resolving current LTS version...'
  else
    line "Resolving node version ${NODE_REQUEST}..."
  fi
  package="$(node_package)"
  resolve_node "${package}" "${NODE_REQUEST}"
  version="${RESOLVED[version]}"
  line "Downloading and installing node ${version}..."
  warn_about_known_bad_release "${version}"
  folder="${KEPT}/${package}-${version}"
  if is_whole "${folder}"; then
    line 'Validating checksum'
  else
    unpack_node "${package}" "${version}" "${folder}"
  fi
  rm -rf -- "${NODE_HOME}"
  place_tree "${folder}" "${NODE_HOME}"
  read_versions "${folder}/versions"
}

# unpack_node PACKAGE VERSION FOLDER
unpack_node() {
  keep_tarball "$1" "$3.tgz" "${RESOLVED[tarball]}" "${RESOLVED[integrity]}" 'Validating checksum'
  begin_tree "$3"
  tar -xzf "$3.tgz" --strip-components 1 --no-same-owner -C "${UNPACKED}" --exclude package/package.json
  chmod +x "${UNPACKED}"/bin/*
  unpack_bundled_npm "$2"
  keep_tree "$3" "$1"
}

# A dyno's is Linux; where there are no containers, the machine's own.
node_package() {
  local system=linux
  if [[ "$(uname -s)" == Darwin ]]; then
    system=darwin
  fi
  case "$(uname -m)" in
    aarch64 | arm64) echo "node-${system}-arm64" ;;
    *) echo "node-${system}-x64" ;;
  esac
}

# keep_tarball NAME FILE URL INTEGRITY [LINE]: FILE as it was published, from the app's cache or from the registry. One
# release of NAME is kept.
keep_tarball() {
  local name="$1" file="$2" url="$3" integrity="$4" says="${5:-}"
  if [[ ! -f "${file}" ]] || ! is_what_was_published "${file}" "${integrity}"; then
    find "${KEPT}" -maxdepth 1 -name "${name}-[0-9]*.tgz" -delete
    if ! fetch "${url}" "${file}.new"; then
      fail_to_download "${url}"
    fi
    if ! is_what_was_published "${file}.new" "${integrity}"; then
      rm -f -- "${file}.new"
      [[ -z "${says}" ]] || line "${says}"
      fail checksum-validation-failed <<TEXT
Checksum validation failed for ${file##*/} - ${integrity}

What came from ${url}
is not what its publisher put there. A proxy may have changed it, or the
download broke off. Build again.
TEXT
    fi
    mv -- "${file}.new" "${file}"
  fi
  [[ -z "${says}" ]] || line "${says}"
}

install_node_from_url() {
  line "Downloading and installing node from ${NODE_BINARY_URL}"
  if ! fetch "${NODE_BINARY_URL}" "${SCRATCH}/node.tgz"; then
    fail_to_download "${NODE_BINARY_URL}"
  fi
  rm -rf -- "${NODE_HOME}"
  mkdir -p -- "${NODE_HOME}"
  tar -xf "${SCRATCH}/node.tgz" --strip-components 1 --no-same-owner -C "${NODE_HOME}"
  chmod +x "${NODE_HOME}"/bin/*
  read_versions
}

# read_versions [FILE]: sets INSTALLED_NODE and INSTALLED_NPM, and keeps what they said in FILE, once they have.
read_versions() {
  local node npm
  if [[ ! -f "${1:-}" ]] || ! read -r node npm <"$1" || [[ -z "${npm}" ]]; then
    node="$(node --version)"
    npm="$(npm --version)"
    [[ -z "${1:-}" ]] || printf '%s %s\n' "${node}" "${npm}" >"$1"
  fi
  # shellcheck disable=SC2034 # other files read them
  INSTALLED_NODE="${node#v}" INSTALLED_NPM="${npm}"
}

# Native addons are compiled with headers that node-gyp would download from nodejs.org. They have come with Node.js, and not
# every machine reaches that address. node-gyp has heard the first name since version 12; npm 11 warns of the second.
use_own_headers() {
  if [[ ! -f "${NODE_HOME}/include/node/node.h" || -n "${npm_config_nodedir:-}" ]]; then
    return 0
  fi
  export npm_package_config_node_gyp_nodedir="${NODE_HOME}"
  if [[ "${PACKAGE_MANAGER}" != npm ]] ||
    ! grep -qs npm_package_config_node_gyp "${NODE_HOME}/lib/node_modules/npm/node_modules/node-gyp/lib/node-gyp.js"; then
    export npm_config_nodedir="${NODE_HOME}"
  fi
}

# fail_to_download URL
fail_to_download() {
  fail node-download-failed <<TEXT
Error: Unable to download Node.js.

The download failed:
$1
$(sed 's/^curl: //' "${SCRATCH}/curl")

Check that this machine reaches that address, through its proxy if there is
one, and build again.
TEXT
}

warn_about_known_bad_release() {
  if [[ "$1" == 22.5.0 ]]; then
    warning <<'TEXT'
Issues with Node.js v22.5.0

With this release npm and Yarn may break off or hang. Take another one, such as
22.x, in 'engines.node' of package.json.
TEXT
  fi
}
