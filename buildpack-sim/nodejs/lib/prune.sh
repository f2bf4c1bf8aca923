# shellcheck shell=bash
# Taking devDependencies away again: buildpack-nodejs.md A6. Sets SKIPPED_PRUNE, for report.sh.
# shellcheck disable=SC2034

# A8: with Yarn 1, what is kept is a cache beside node_modules, so the order is free, and Heroku's is this.
prunes_before_caching() {
  [[ "${PACKAGE_MANAGER}" == yarn1 && "${USE_YARN_CACHE:-true}" == true ]] && ! has_cache_directories
}

prune_dev_dependencies() {
  SKIPPED_PRUNE=false
  header 'Pruning devDependencies'
  if [[ "${NODE_ENV}" == test ]]; then
    skip_pruning "Skipping because NODE_ENV is 'test'"
  elif [[ "${NODE_ENV}" != production ]]; then
    skip_pruning "Skipping because NODE_ENV is not 'production'"
  else
    case "${PACKAGE_MANAGER}" in
      yarn) prune_with_yarn ;;
      yarn1) prune_with_yarn1 ;;
      pnpm) prune_with_pnpm ;;
      *) prune_with_npm ;;
    esac
  fi
}

# skip_pruning LINE
skip_pruning() {
  SKIPPED_PRUNE=true
  line "$1"
}

# skips_because NAME: any value of it will do, "true" too.
skips_because() {
  [[ -n "${!1:-}" ]] && skip_pruning "Skipping because $1 is '${!1}'"
}

prune_with_npm() {
  skips_because NPM_CONFIG_PRODUCTION ||
    run_tool prune-dependencies npm prune --userconfig "${BUILD_DIR}/.npmrc"
}

# NODE_ENV=production is enough for Yarn 1.
prune_with_yarn1() {
  skips_because YARN_PRODUCTION ||
    run_tool prune-dependencies yarn install --frozen-lockfile --ignore-engines --ignore-scripts --prefer-offline
}

# Yarn 2 and later have no such command. `yarn workspaces focus --production` comes near, but not with Plug'n'Play, whose
# cache would keep the devDependencies; so, as on Heroku, a plugin of the buildpack's.
prune_with_yarn() {
  if [[ "${YARN2_SKIP_PRUNING:-}" == true ]]; then
    skip_pruning "Skipping because YARN2_SKIP_PRUNING is 'true'"
    return
  fi
  line "Running 'yarn heroku prune'"
  run_tool prune-dependencies env YARN_PLUGINS="${BUILDPACK_DIR}/yarn-plugin/prune.cjs" yarn heroku prune
  if links_node_modules; then
    line 'Removing local yarn cache to reduce slug size'
    rm -rf -- .yarn/cache
  fi
}

prune_with_pnpm() {
  if [[ "${PNPM_SKIP_PRUNING:-}" == true ]]; then
    skip_pruning "Skipping because PNPM_SKIP_PRUNING is 'true'"
  elif is_pnpm_workspace; then
    reinstall_pnpm_workspace
  elif pnpm_knows_ignore_scripts; then
    run_tool prune-dependencies pnpm prune --prod --ignore-scripts
  elif has_lifecycle_script package.json; then
    SKIPPED_PRUNE=true
    warning <<TEXT
Pruning skipped due to presence of lifecycle scripts

pnpm ${INSTALLED_PNPM} would run the app's own lifecycle scripts ($(lifecycle_scripts))
while it prunes, and they may fail without devDependencies. The slug keeps
its devDependencies. With pnpm 8.15.6 or later they can be pruned.
TEXT
  else
    run_tool prune-dependencies pnpm prune --prod
  fi
}

# `pnpm prune` knows nothing of workspaces.
reinstall_pnpm_workspace() {
  local -a projects
  local project
  mapfile -t projects < <(pnpm list --recursive --json --depth -1 2>/dev/null | jq -r '.[].path' || true)
  for project in "${projects[@]}"; do
    if has_lifecycle_script "${project}/package.json"; then
      SKIPPED_PRUNE=true
      warning <<TEXT
Pruning skipped due to presence of lifecycle scripts

A workspace is pruned by installing it again without devDependencies, and
that would run the lifecycle scripts ($(lifecycle_scripts)) of
${project}/package.json, which may fail without them.
The slug keeps its devDependencies.
TEXT
      return
    fi
  done
  for project in "${projects[@]}"; do
    rm -rf -- "${project}/node_modules"
  done
  run_tool prune-dependencies pnpm install --prod --frozen-lockfile
}

# From pnpm 10.5 on the file may be there for other settings.
is_pnpm_workspace() {
  [[ -f pnpm-workspace.yaml ]] && awk '
    /^packages:[ \t]*[^# \t]/ { found = 1; exit }
    /^packages:/ { inside = 1; next }
    inside && /^[ \t]*(#.*)?$/ { next }
    inside { found = /^[ \t]+|^-/; exit }
    END { exit !found }
  ' pnpm-workspace.yaml
}

pnpm_knows_ignore_scripts() {
  printf '%s\n' 8.15.6 "${INSTALLED_PNPM}" | sort --check=quiet --version-sort
}

lifecycle_scripts() {
  echo 'pnpm:devPreinstall, preinstall, install, postinstall, prepare'
}

has_lifecycle_script() {
  jq -e '.scripts // {} | has("pnpm:devPreinstall", "preinstall", "install", "postinstall", "prepare") | select(.)' \
    "$1" >/dev/null 2>&1
}
