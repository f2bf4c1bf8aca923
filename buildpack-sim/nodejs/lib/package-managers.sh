# shellcheck shell=bash
# npm, Yarn and pnpm: buildpack-nodejs.md A5.

# unpack_bundled_npm NODE-VERSION: the registry's Node.js comes without the npm that Node.js is published with.
unpack_bundled_npm() {
  local version tarball manifest url integrity
  version="$(bundled_npm "$1")"
  tarball="${KEPT}/npm-${version}.tgz" manifest="${KEPT}/npm-${version}.json"
  if [[ ! -f "${manifest}" ]]; then
    find "${KEPT}" -maxdepth 1 -name 'npm-[0-9]*.json' -delete
    if ! fetch "${REGISTRY}/npm/${version}" "${manifest}.new"; then
      fail_to_download "${REGISTRY}/npm/${version}"
    fi
    mv -- "${manifest}.new" "${manifest}"
  fi
  IFS=$'\t' read -r url integrity < <(jq -r '.dist | "\(.tarball)\t\(.integrity // "shasum-" + .shasum)"' "${manifest}")
  keep_tarball npm "${tarball}" "${url}" "${integrity}"
  unpack_npm "${tarball}"
}

unpack_npm() {
  local home="${UNPACKED}/lib/node_modules/npm" name
  mkdir -p -- "${home}"
  tar -xzf "$1" --strip-components 1 --no-same-owner -C "${home}"
  for name in npm npx; do
    if [[ -f "${home}/bin/${name}-cli.js" ]]; then
      chmod +x "${home}/bin/${name}-cli.js"
      ln -sfn "../lib/node_modules/npm/bin/${name}-cli.js" "${UNPACKED}/bin/${name}"
    fi
  done
}

# bundled_npm NODE-VERSION: what Node.js is published with. Its own change log tells when npm was last upgraded. It does not
# before 14, nor for the first releases of some lines: data/npm-versions.json knows some of those, and else the nearest of
# its major, or of the majors before, stands for it.
bundled_npm() {
  local known
  known="$(sed -n "s/^ *\"$1\": \"\([^\"]*\)\",\{0,1\}\$/\1/p" "${BUILDPACK_DIR}/data/npm-versions.json")"
  if [[ -z "${known}" ]]; then
    known="$(last_npm_upgrade "${UNPACKED}/CHANGELOG.md")"
  fi
  if [[ -z "${known}" ]]; then
    # shellcheck disable=SC2016 # jq's variables
    known="$(jq -r --arg node "$1" '
      def at: split(".") | map(tonumber);
      def distance($to): [.at[0] - $to[0], .at[1] - $to[1], .at[2] - $to[2]] | map(fabs);
      ($node | at) as $wanted
      | to_entries | map(.at = (.key | at))
      | ([.[] | select(.at[0] <= $wanted[0])] | max_by(.at[0]) | .at[0]) as $major
      | [.[] | select(.at[0] == $major)] | min_by(distance($wanted)) | .value' "${BUILDPACK_DIR}/data/npm-versions.json")"
  fi
  printf '%s' "${known}"
}

# last_npm_upgrade CHANGE-LOG: newest release first; of one release the highest, as they stand there in any order.
last_npm_upgrade() {
  if [[ -f "$1" ]]; then
    # shellcheck disable=SC2016 # back quotes of Markdown
    awk '/^## .*Version [0-9]/ && found { exit } /([Uu]pgrade|[Uu]pdate|[Bb]ump) `?npm`? to `?v?[0-9]+\.[0-9]+\.[0-9]+/ { found = 1; print }' "$1" |
      sed -E 's/.*(grade|date|ump) `?npm`? to `?v?([0-9]+\.[0-9]+\.[0-9]+).*/\2/' | sort -V | tail -n 1
  fi
}

# install_globally TOOL VERSION: from the app's cache, where the same was installed before. False where it failed; then npm's
# output has been shown. One TOOL is kept, and what npm fetches for it, for a build without network.
install_globally() {
  local tool="$1" version="$2" folder="${KEPT}/global-$1"
  local request="${version} by npm ${INSTALLED_NPM} on Node.js ${INSTALLED_NODE}"
  if ! is_installed "${folder}" "${version}" "${request}"; then
    begin_tree "${folder}"
    if ! npm install --quiet --no-audit --no-progress --cache "${KEPT}/npm-cache" --global --prefix "${UNPACKED}" \
      "$(package_of "${tool}" "${version}")@${version}" >"${SCRATCH}/global" 2>&1; then
      indent <"${SCRATCH}/global"
      return 1
    fi
    printf '%s\n' "${request}" >"${folder}.new/request"
    keep_tree "${folder}"
  fi
  rm -rf -- "${NODE_HOME}/lib/node_modules/${tool}"
  place_tree "${folder}" "${NODE_HOME}"
}

# is_installed FOLDER VERSION REQUEST: as with Node.js, a range is asked for again after an hour; a build without network
# has no other answer than the last.
is_installed() {
  [[ -f "$1/request" && "$(<"$1/request")" == "$3" ]] &&
    [[ "$2" =~ ^[0-9]+\.[0-9]+\.[0-9]+ || "${DYNOSIM_OFFLINE:-}" == 1 || -n "$(find "$1/request" -mmin -60)" ]] &&
    is_whole "$1"
}

# package_of TOOL VERSION: Yarn is published under another name from 2 on. A few releases of 2 are there under both.
package_of() {
  if [[ "$1" == yarn && -z "$(npm view --cache "${KEPT}/npm-cache" "yarn@$2" version 2>/dev/null)" ]]; then
    echo @yarnpkg/cli-dist
  else
    echo "$1"
  fi
}

install_npm() {
  local bundled="${INSTALLED_NPM}"
  # npm learnt of that lockfile in version 5, and Node.js came with it from 8 on.
  if [[ -z "${NPM_REQUEST}" && -f package-lock.json ]] && ((${bundled%%.*} < 5)); then
    line 'Detected package-lock.json: defaulting npm to version 5.x.x'
    NPM_REQUEST=5.x.x
  fi
  if [[ -z "${NPM_REQUEST}" ]]; then
    line "Using default npm version: ${bundled}"
  elif [[ "${NPM_REQUEST}" == "${bundled}" ]]; then
    line "npm ${bundled} already installed with node"
  else
    line "Bootstrapping npm ${NPM_REQUEST} (replacing ${bundled})..."
    if ! install_globally npm "${NPM_REQUEST}"; then
      fail npm-install-failed <<TEXT
Unable to install npm ${NPM_REQUEST}.

'engines.npm' in package.json asks for it. Does that version exist, and does
it run on Node.js ${INSTALLED_NODE}? npm's own words stand above.
TEXT
    fi
    INSTALLED_NPM="$(npm --version)"
    line "npm ${INSTALLED_NPM} installed"
  fi
}

# packageManager wins over engines; a hash after "+" is for Corepack, which is not used.
# requested_manager NAME ENGINES-VALUE
requested_manager() {
  local declared="${MANAGER_REQUEST%%+*}"
  if [[ "${declared}" == "$1"@* ]]; then
    if [[ -n "$2" ]]; then
      warning <<TEXT
Multiple declarations of $1 version

package.json has both 'packageManager' (${MANAGER_REQUEST}) and
'engines.$1' ($2). 'packageManager' is used. Remove one of them.
TEXT
    fi
    printf '%s' "${declared#"$1"@}"
  else
    printf '%s' "$2"
  fi
}

install_yarn() {
  local version
  version="$(requested_manager yarn "${YARN_REQUEST}")"
  version="${version:-1.22.x}"
  line "Downloading and installing yarn (${version})"
  if ! install_globally yarn "${version}"; then
    fail yarn-install-failed <<TEXT
Unable to install yarn ${version}.

Does that version exist, and does it run on Node.js ${INSTALLED_NODE}?
npm's own words stand above.
TEXT
  fi
  INSTALLED_YARN="$(yarn --version)"
  if [[ "${PACKAGE_MANAGER}" == yarn ]]; then
    line "Using yarn ${INSTALLED_YARN}"
  else
    line "Installed yarn ${INSTALLED_YARN}"
  fi
}

install_pnpm() {
  local version
  # shellcheck disable=SC2153 # no slip: set in versions.sh, beside NPM_REQUEST
  version="$(requested_manager pnpm "${PNPM_REQUEST}")"
  if [[ -z "${version}" ]]; then
    version=latest
    warning <<'TEXT'
Default pnpm version used

There is a 'pnpm-lock.yaml', but package.json says nowhere which pnpm wrote it.
The newest pnpm is used, and tomorrow's may be another. Name it:

"packageManager": "pnpm@10.0.0"
TEXT
  fi
  line "Downloading and installing pnpm (${version})"
  if ! install_globally pnpm "${version}"; then
    fail pnpm-install-failed <<TEXT
Unable to install pnpm ${version}.

Does that version exist, and does it run on Node.js ${INSTALLED_NODE}?
npm's own words stand above.
TEXT
  fi
  INSTALLED_PNPM="$(pnpm --version)"
  line "Using pnpm ${INSTALLED_PNPM}"
}
