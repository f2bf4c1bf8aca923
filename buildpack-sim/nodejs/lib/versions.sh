# shellcheck shell=bash
# Which Node.js: buildpack-nodejs.md A5. Sets
#   NODE_REQUEST   engines.node, or empty
#   RESOLVED       what data/resolve.jq says, by name: status, version, tarball, integrity, wide, limited, eol

declare -A RESOLVED=()

# lts_major: for what is said to a user. What is installed by default is data/resolve.jq's to say.
lts_major() {
  jq -r .lts "${BUILDPACK_DIR}/data/versions.json"
}

# list_engines: what package.json asks for, yarn and pnpm only where they matter.
list_engines() {
  NODE_REQUEST="$(read_field engines.node)"
  NPM_REQUEST="$(read_field engines.npm)"
  YARN_REQUEST="$(read_field engines.yarn)"
  PNPM_REQUEST="$(read_field engines.pnpm)"
  MANAGER_REQUEST="$(read_field packageManager)"
  line "engines.node (package.json):   ${NODE_REQUEST:-unspecified}"
  line "engines.npm (package.json):    ${NPM_REQUEST:-unspecified (use default)}"
  if wants_yarn; then
    line "engines.yarn (package.json):   ${YARN_REQUEST:-unspecified (use default)}"
  fi
  if [[ "${PACKAGE_MANAGER}" == pnpm ]]; then
    line "engines.pnpm (package.json):   ${PNPM_REQUEST:-unspecified (use default)}"
  fi
  if [[ -n "${MANAGER_REQUEST}" ]]; then
    line "packageManager (package.json): ${MANAGER_REQUEST}"
  fi
  line ''
}

# Installed when asked for, used only with a lockfile.
wants_yarn() {
  uses_yarn || [[ -n "${YARN_REQUEST}" || "${MANAGER_REQUEST}" == yarn@* ]]
}

# resolve_node PACKAGE REQUEST: REQUEST may be empty.
resolve_node() {
  local package="$1" request="$2"
  local releases="${KEPT}/${package}.json"
  # What was asked an hour ago need not be asked again, unless it does not answer the question.
  if [[ -z "$(find "${releases}" -mmin -60 2>/dev/null)" ]] || ! try_resolution "${releases}" "${request}" || [[ "${RESOLVED[status]}" == unpublished ]]; then
    if ! fetch_releases "${package}" && [[ ! -f "${releases}" ]]; then
      fail_to_reach_registry "${REGISTRY}/${package}"
    fi
    try_resolution "${releases}" "${request}"
  fi
  case "${RESOLVED[status]}" in
    invalid) fail_invalid_version "${request}" ;;
    unpublished) fail_unpublished_version "${request}" ;;
    *) warn_about_version "${request}" ;;
  esac
}

# try_resolution RELEASES REQUEST
try_resolution() {
  local name value allow_wide=false
  if [[ "${NODEJS_ALLOW_WIDE_RANGE:-}" == true ]]; then
    allow_wide=true
  fi
  jq -r -L "${BUILDPACK_DIR}/data" --arg range "$2" --argjson allow_wide "${allow_wide}" \
    --slurpfile known "${BUILDPACK_DIR}/data/versions.json" -f "${BUILDPACK_DIR}/data/resolve.jq" "$1" >"${SCRATCH}/resolved"
  RESOLVED=()
  while IFS=$'	' read -r name value; do
    RESOLVED["${name}"]="${value}"
  done <"${SCRATCH}/resolved"
}

warn_about_version() {
  local request="$1" version="${RESOLVED[version]}"
  if [[ "${RESOLVED[wide]}" == true ]]; then
    warning <<TEXT
The requested Node.js version is using a wide range (${request}). It admits
more than one major version of Node.js, and a later build may take another one
than you intended. A range within one major is safer, such as '$(lts_major).x'.
TEXT
  fi
  if [[ "${RESOLVED[limited]}" == true ]]; then
    warning <<TEXT
The resolved Node.js version has been limited to the Active LTS (${version}) for the requested range of '${request}'.
To have the newest version that the range admits, set a config var:
NODEJS_ALLOW_WIDE_RANGE=true
TEXT
  fi
  if [[ "${RESOLVED[eol]}" == true ]]; then
    warning <<TEXT
Node.js ${version} is now End-of-Life (EOL). It gets no more security
updates or bug fixes, and Heroku no longer supports it. A later buildpack will
refuse it.

Supported are $(jq -r '.supported | map("\(.).x") | join(", ")' "${BUILDPACK_DIR}/data/versions.json"). Ask for one of them in package.json:

"engines": {
  "node": "$(lts_major).x"
}
TEXT
  fi
}

fail_invalid_version() {
  fail invalid-semver-requirement <<TEXT
Error: Invalid Node.js version requirement.

'engines.node' in package.json is '$1'. That is no version and no
range of versions as npm understands them.

Ask for a major version, and builds take its newest release:

"engines": {
  "node": "$(lts_major).x"
}
TEXT
}

fail_unpublished_version() {
  fail invalid-node-version <<TEXT
Error: No published Node.js version matches the requested range.

'engines.node' in package.json is '$1'. That is a valid range, but
Node.js has no release in it.

Ask for a major version, and builds take its newest release:

"engines": {
  "node": "$(lts_major).x"
}
TEXT
}

# fail_to_reach_registry URL
fail_to_reach_registry() {
  fail node-version-resolution-failed <<TEXT
Error: Unable to resolve a Node.js version to install.

The list of Node.js releases could not be had from
$1
$(sed 's/^curl: //' "${SCRATCH}/curl")

dynosim takes Node.js from the npm registry. Check that this machine reaches
it, through its proxy if there is one, and build again.
TEXT
}
