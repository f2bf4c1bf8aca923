# shellcheck shell=bash
# Fetching and unpacking: buildpack-nodejs.md B2.2-4. No maintainer script runs, and nothing is installed into the system.

apt() {
  apt-get -o debug::nolocking=true -o "dir::cache=${APT_CACHE}" -o "dir::state=${APT_STATE}" \
    -o "dir::etc::sourcelist=${APT_SOURCES}/sources.list" -o "dir::etc::sourceparts=${APT_SOURCES}/sources.list.d" "$@"
}

update_index() {
  step "Updating APT package index"
  if is_offline; then
    return
  fi
  tell_distribution
  apt update | indent || end_after_apt $?
}

# From a descriptor of its own: whatever runs in the loop has no say over the lines.
fetch_packages() {
  local entry
  while IFS= read -r entry <&3; do
    if [[ "${entry}" == *deb ]]; then
      fetch_file "${entry}"
    else
      fetch_names "${entry}"
    fi
  done 3< <(package_lines)
}

fetch_names() {
  local -a names
  # Parted at blanks, but not matched against files: `mysql-client-*` is for apt.
  read -ra names <<<"$1"
  step "Fetching .debs for $1"
  local -a only_kept=()
  if is_offline; then
    only_kept=(--no-download)
  fi
  apt "${only_kept[@]}" -y --allow-downgrades --allow-remove-essential --allow-change-held-packages --download-only install --reinstall \
    "${names[@]}" | indent || end_after_apt $?
}

# Only when there is a newer one, and never half of one under a name that would be unpacked.
fetch_file() {
  local url="$1" file
  local -a newer=()
  file="${APT_CACHE}/archives/$(basename -- "$1" .deb).deb"
  if [[ -f "${file}" ]]; then
    newer=(--time-cond "${file}")
  fi
  step "Fetching ${url}"
  if is_offline; then
    use_kept_file "${url}" "${file}"
    return
  fi
  if ! curl --silent --show-error --fail --location "${newer[@]}" --output "${file}.part" -- "${url}" 2>&1 | indent; then
    rm -f -- "${file}.part"
    record_failure apt::download
    exit 1
  fi
  if [[ -f "${file}.part" ]]; then
    mv -f -- "${file}.part" "${file}"
  fi
}

# The platform gives such a build no network: src/slug/compile-slug.ts
is_offline() {
  [[ "${DYNOSIM_OFFLINE:-}" == 1 ]]
}

# use_kept_file URL FILE
use_kept_file() {
  if [[ ! -f "$2" ]]; then
    echo "$1 is not in the cache, and this build is offline" | indent
    record_failure apt::download
    exit 1
  fi
}

unpack_packages() {
  local file
  mkdir -p -- "${BUILD_DIR}/.apt"
  for file in "${APT_CACHE}"/archives/*.deb; do
    if [[ -e "${file}" ]]; then
      step "Installing $(basename -- "${file}")"
      dpkg --extract "${file}" "${BUILD_DIR}/.apt/"
    fi
  done
}

# On Heroku apt's own words are the last. Ours come behind them where they can help.
end_after_apt() {
  record_failure apt::apt-get
  {
    if ! is_herokus; then
      echo "- Names are those of $(distribution) here, on Heroku those of ${HEROKU_SYSTEM}."
    fi
    aptfile_oddities
  } | if IFS= read -r first; then
    {
      echo "apt-get has failed, as said above. What may help:"
      echo "${first}"
      cat
    } | block
  fi
  exit "$1"
}
