# shellcheck shell=bash
# What is kept where package.json names no cacheDirectories: buildpack-nodejs.md A8.

restore_default_cache() {
  case "${PACKAGE_MANAGER}" in
    yarn) restore_yarn_cache ;;
    yarn1) tell_tool_cache yarn ;;
    pnpm) tell_tool_cache pnpm ;;
    *)
      if uses_npm_ci; then
        tell_tool_cache npm
      else
        restore_node_modules
      fi
      ;;
  esac
  # Silent if there is none.
  if [[ -e "${CACHED}/cache/bower_components" && ! -e bower_components ]]; then
    line '- bower_components'
    copy_tree "${CACHED}/cache/bower_components" bower_components
  fi
}

# tell_tool_cache NAME: the tool works in the kept folder.
tell_tool_cache() {
  if [[ -d "${CACHED}/cache/$1" ]]; then
    line "- $1 cache"
  else
    line "- $1 cache (not cached - skipping)"
  fi
}

restore_yarn_cache() {
  if [[ "${YARN_ZERO_INSTALL}" == true ]]; then
    line '- yarn cache is checked into source control and cannot be cached'
  elif [[ -d "${CACHED}/cache/yarn" ]]; then
    line '- yarn cache'
    link_archives "${CACHED}/cache/yarn" "${YARN_CACHE_FOLDER}"
  else
    line '- yarn cache (not cached - skipping)'
  fi
}

restore_node_modules() {
  if [[ -e node_modules ]]; then
    line '- node_modules is checked into source control and cannot be cached'
  elif [[ -d "${CACHED}/cache/node_modules" ]] && are_kept_modules_whole; then
    line '- node_modules'
    link_modules "${CACHED}/cache/node_modules" node_modules
  else
    line '- node_modules (not cached - skipping)'
  fi
}

# A script that ran after they were saved, or in a build that failed, may have written into a file that is linked. Where that
# is so they are installed anew. Those that were saved before there were digests count as whole.
are_kept_modules_whole() {
  local state="${CACHED}/cache/node_modules.state"
  [[ ! -f "${state}" || "$(state_of "${CACHED}/cache/node_modules")" == "$(<"${state}")" ]]
}

save_default_cache() {
  local name
  case "${PACKAGE_MANAGER}" in
    yarn) save_yarn_cache ;;
    yarn1) keep_tool_cache yarn ;;
    pnpm) keep_tool_cache pnpm ;;
    *)
      if uses_npm_ci; then
        keep_tool_cache npm
      else
        save_node_modules
      fi
      ;;
  esac
  rm -rf -- "${STORE}/cache/bower_components"
  if [[ -e bower_components ]]; then
    line '- bower_components'
    copy_tree bower_components "${STORE}/cache/bower_components"
  fi
  # Of another way to install.
  for name in npm yarn pnpm node_modules; do
    if [[ "${name}" != "${TOOL_CACHE:-}" ]]; then
      rm -rf -- "${STORE}/cache/${name}"
    fi
  done
}

# keep_tool_cache NAME. npm alone says that there is nothing.
keep_tool_cache() {
  TOOL_CACHE="$1"
  if [[ -d "${STORE}/cache/$1" ]]; then
    line "- $1 cache"
  elif [[ "$1" == npm ]]; then
    line '- npm cache (nothing to cache)'
  fi
}

save_yarn_cache() {
  TOOL_CACHE=yarn
  if [[ "${YARN_ZERO_INSTALL}" == true ]]; then
    line '- yarn cache is checked into source control and cannot be cached'
  elif [[ -d "${YARN_CACHE_FOLDER}" ]]; then
    rm -rf -- "${STORE}/cache/yarn"
    link_archives "${YARN_CACHE_FOLDER}" "${STORE}/cache/yarn"
    line '- yarn cache'
  fi
}

# Before they are pruned: the next build begins with devDependencies.
save_node_modules() {
  TOOL_CACHE=node_modules
  if [[ -e node_modules ]]; then
    line '- node_modules'
    # Never a half tree under the name that the next build looks for.
    rm -rf -- "${STORE}/cache/node_modules.new"
    link_modules node_modules "${STORE}/cache/node_modules.new"
    rm -rf -- "${STORE}/cache/node_modules"
    state_of "${STORE}/cache/node_modules.new" >"${STORE}/cache/node_modules.state"
    mv -T -- "${STORE}/cache/node_modules.new" "${STORE}/cache/node_modules"
  else
    line '- node_modules (nothing to cache)'
  fi
}

# No owners: the build's user could not set them.
copy_tree() {
  mkdir -p -- "$(dirname -- "$2")"
  cp --recursive --no-dereference --preserve=mode,timestamps,links --reflink=auto -T -- "$1" "$2"
}

# Yarn replaces the archives of its cache and does not write into them.
link_archives() {
  mkdir -p -- "$2"
  cp --recursive --no-dereference --preserve=mode,timestamps --link --force -T -- "$1" "$2" 2>/dev/null || copy_tree "$1" "$2"
}

# npm replaces packages, too. But into what begins with a dot (npm's own notes, caches of bundlers) is written, so that is
# copied.
link_modules() {
  local entry
  mkdir -p -- "$2"
  if ! cp --recursive --no-dereference --preserve=mode,timestamps --link -T -- "$1" "$2" 2>/dev/null; then
    rm -rf -- "$2"
    copy_tree "$1" "$2"
    return
  fi
  for entry in "$1"/.[!.]*; do
    if [[ -e "${entry}" && "${entry##*/}" != .bin ]]; then
      rm -rf -- "${2:?}/${entry##*/}"
      copy_tree "${entry}" "$2/${entry##*/}"
    fi
  done
}
