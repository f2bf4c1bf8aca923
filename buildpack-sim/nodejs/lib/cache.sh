# shellcheck shell=bash
# What is kept from build to build: buildpack-nodejs.md A8. Sets
#   PREBUILT           true where node_modules came with the source
#   CACHE_STATUS       disabled, not-found, new-signature or valid
#   YARN_ZERO_INSTALL  true where the cache of Yarn 2 or later came with the source
#
# Heroku moves the package manager's cache out, and back when the build has gone well. Here npm, Yarn 1 and pnpm work in
# the kept folder itself: they only add files, under names made of their content, so a build that fails or is killed
# leaves nothing wrong there. With another signature they start in a second folder, which takes the first one's place at
# the end. What others write into (node_modules, cacheDirectories) is copied both ways.

readonly CACHED="${CACHE_DIR}/node"
readonly CACHED_NEXT="${CACHE_DIR}/node.next"
# The folder of the two that this build adds to.
STORE="${CACHED}"

signature() {
  printf 'v2; %s; v%s; %s; %s; %s\n' "${STACK:-}" "${INSTALLED_NODE}" "${INSTALLED_NPM}" "${INSTALLED_YARN:-}" "${PREBUILT}"
}

restore_cache() {
  PREBUILT=false YARN_ZERO_INSTALL=false
  if [[ -e node_modules ]]; then
    PREBUILT=true
  fi
  choose_npm_verb
  find_cache_status
  drop_committed_modules
  choose_cache_folders
  case "${CACHE_STATUS}" in
    disabled)
      header 'Restoring cache'
      line "Caching has been disabled because NODE_MODULES_CACHE=${NODE_MODULES_CACHE}"
      ;;
    new-signature)
      header 'Restoring cache'
      tell_cache_is_not_restored
      ;;
    valid)
      header 'Restoring cache'
      if has_cache_directories; then
        restore_cache_directories
      else
        restore_default_cache
      fi
      ;;
    not-found) ;;
  esac
}

find_cache_status() {
  if [[ "${NODE_MODULES_CACHE:-true}" != true ]]; then
    CACHE_STATUS=disabled
  elif [[ ! -d "${CACHED}" ]]; then
    CACHE_STATUS=not-found
  elif [[ "$(signature)" != "$(cat -- "${CACHED}/signature" 2>/dev/null)" ]]; then
    CACHE_STATUS=new-signature
  else
    CACHE_STATUS=valid
  fi
}

# npm rebuilds and completes what was committed (dependencies.sh).
drop_committed_modules() {
  if ! uses_yarn || [[ "${PREBUILT}" == false ]]; then
    return 0
  fi
  if [[ "${SKIP_NODE_MODULES_CHECK:-}" == true ]]; then
    line "Keeping existing node_modules because SKIP_NODE_MODULES_CHECK=true"
    return 0
  fi
  warning <<'TEXT'
node_modules checked into source control

It is removed here, and installed anew from 'yarn.lock'. Take it out of your
repository: git rm -r --cached node_modules, and a line in '.gitignore'.
TEXT
  rm -rf -- node_modules
}

# One that the app has set stays, and what is kept of it is copied.
choose_cache_folders() {
  local folder="${SCRATCH}"
  case "${CACHE_STATUS}" in
    valid) STORE="${CACHED}" ;;
    *) begin_new_store ;;
  esac
  if [[ "${CACHE_STATUS}" != disabled ]]; then
    folder="${STORE}/cache"
  fi
  case "${PACKAGE_MANAGER}" in
    yarn) choose_yarn_cache_folder ;;
    yarn1) : "${YARN_CACHE_FOLDER:="${folder}/yarn"}" ;;
    pnpm) choose_pnpm_store "${folder}/pnpm" ;;
    *)
      if uses_npm_ci && ! has_cache_directories; then
        : "${NPM_CONFIG_CACHE:="${folder}/npm"}"
      fi
      ;;
  esac
  : "${NPM_CONFIG_CACHE:="${SCRATCH}/npm"}" "${YARN_CACHE_FOLDER:="${SCRATCH}/yarn"}"
  export NPM_CONFIG_CACHE YARN_CACHE_FOLDER
}

# What a build with this signature had fetched before it failed will do for the next.
begin_new_store() {
  STORE="${CACHED_NEXT}"
  if [[ "$(signature)" != "$(cat -- "${CACHED_NEXT}/signature" 2>/dev/null)" || "${CACHE_STATUS}" == disabled ]]; then
    rm -rf -- "${CACHED_NEXT}"
  fi
  mkdir -p -- "${CACHED_NEXT}/cache"
  signature >"${CACHED_NEXT}/signature"
}

# With Plug'n'Play the app reads its dependencies from the cache at run time, so that has to be in the slug.
choose_yarn_cache_folder() {
  if ! links_node_modules || has_yarn_cache; then
    : "${YARN_CACHE_FOLDER:="${BUILD_DIR}/.yarn/cache"}"
  fi
  if has_yarn_cache; then
    # shellcheck disable=SC2034 # for cache-default.sh
    YARN_ZERO_INSTALL=true
    export YARN_ENABLE_IMMUTABLE_CACHE="${YARN_ENABLE_IMMUTABLE_CACHE:-true}"
  fi
  # Yarn 4 would use a folder in HOME instead, and 2 and 3 fill one there as well.
  export YARN_ENABLE_GLOBAL_CACHE="${YARN_ENABLE_GLOBAL_CACHE:-false}" YARN_ENABLE_MIRROR="${YARN_ENABLE_MIRROR:-false}"
}

has_yarn_cache() {
  [[ -d .yarn/cache && -n "$(ls -A .yarn/cache)" ]]
}

links_node_modules() {
  grep --quiet --no-messages --extended-regexp "^nodeLinker:[ \t]*[\"']?node-modules\b" .yarnrc.yml
}

# pnpm 11 and later hear another name.
choose_pnpm_store() {
  if ((${INSTALLED_PNPM%%.*} >= 11)); then
    export pnpm_config_store_dir="${pnpm_config_store_dir:-$1}"
  else
    export npm_config_store_dir="${npm_config_store_dir:-$1}"
  fi
}

tell_cache_is_not_restored() {
  local directory
  if has_cache_directories; then
    line 'Invalidating cache due to a change in version of node, npm, yarn or stack'
    line 'Will not restore the following directories for this build:'
    while IFS= read -r directory; do
      line "  ${directory}"
    done <<<"${PACKAGE[cacheDirectories]}"
  else
    line 'Cached directories were not restored due to a change in version of node, npm, yarn or stack'
    line 'Module installation may take longer for this build'
  fi
}

save_cache() {
  if [[ "${CACHE_STATUS}" == disabled ]]; then
    rm -rf -- "${STORE}/cache"
  else
    header 'Caching build'
    if has_cache_directories; then
      save_cache_directories
    else
      save_default_cache
    fi
  fi
}

# At the very end: until then tools go on working in it, and a build that fails leaves the former one.
publish_cache() {
  if [[ "${STORE}" != "${CACHED}" ]]; then
    rm -rf -- "${CACHED}"
    mv -T -- "${STORE}" "${CACHED}"
  fi
}
