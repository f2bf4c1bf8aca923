# shellcheck shell=bash
# cacheDirectories of package.json, which replace what is kept else: buildpack-nodejs.md A8.

has_cache_directories() {
  [[ -n "${PACKAGE[cacheDirectories]}" ]]
}

restore_cache_directories() {
  local directory
  line 'Loading from cacheDirectories (package.json):'
  while IFS= read -r directory; do
    if is_pnpms "${directory}"; then
      line "- ${directory} (skipping because pnpm is used)"
    elif [[ -e "${directory}" ]]; then
      line "- ${directory} (exists - skipping)"
    elif [[ -e "${CACHED}/cache/${directory}" ]]; then
      line "- ${directory}"
      copy_tree "${CACHED}/cache/${directory}" "${directory}"
    else
      line "- ${directory} (not cached - skipping)"
    fi
  done <<<"${PACKAGE[cacheDirectories]}"
  if [[ "${PACKAGE_MANAGER}" == pnpm && -e "${CACHED}/cache/pnpm" ]]; then
    line '- pnpm store (included because pnpm is used)'
  fi
}

# Everything that was kept before goes, so that a name taken off the list does not come back later.
save_cache_directories() {
  local directory next="${STORE}/cache.new"
  line 'Saving cacheDirectories (package.json):'
  rm -rf -- "${next}"
  mkdir -p -- "${next}"
  while IFS= read -r directory; do
    if is_pnpms "${directory}"; then
      line "- ${directory} (skipping because pnpm is used)"
    elif [[ -e "${directory}" ]]; then
      line "- ${directory}"
      copy_tree "${directory}" "${next}/${directory}"
    else
      line "- ${directory} (nothing to cache)"
    fi
  done <<<"${PACKAGE[cacheDirectories]}"
  if [[ "${PACKAGE_MANAGER}" == pnpm && -d "${STORE}/cache/pnpm" ]]; then
    line '- pnpm store (included because pnpm is used)'
    mv -- "${STORE}/cache/pnpm" "${next}/pnpm"
  fi
  rm -rf -- "${STORE}/cache"
  mv -T -- "${next}" "${STORE}/cache"
}

# Its node_modules are links into its store.
is_pnpms() {
  [[ "${PACKAGE_MANAGER}" == pnpm && ("$1" == node_modules || "$1" == node_modules/*) ]]
}
