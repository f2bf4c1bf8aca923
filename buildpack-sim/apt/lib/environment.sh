# shellcheck shell=bash
# What the app gets at run time (.profile.d) and later buildpacks in their build (export): buildpack-nodejs.md B2.5-7.

# Heroku's is the first; an engine of another architecture has other packages.
case "$(uname -m)" in
  aarch64 | arm64) readonly TRIPLET=aarch64-linux-gnu ;;
  *) readonly TRIPLET=x86_64-linux-gnu ;;
esac

# search_paths HOME: one NAME=PATHS a line, each before what the variable has already.
search_paths() {
  local apt="$1/.apt"
  cat <<TEXT
PATH=${apt}/usr/bin:
LD_LIBRARY_PATH=$(library_paths "${apt}" "")
LIBRARY_PATH=$(library_paths "${apt}" "")
INCLUDE_PATH=${apt}/usr/include:${apt}/usr/include/${TRIPLET}:
PKG_CONFIG_PATH=$(library_paths "${apt}" /pkgconfig)
TEXT
}

library_paths() {
  printf '%s:' "$1/usr/lib/${TRIPLET}$2" "$1/usr/lib/i386-linux-gnu$2" "$1/usr/lib$2"
}

write_profile() {
  local name paths
  step "Writing profile script"
  mkdir -p -- "${BUILD_DIR}/.profile.d"
  # shellcheck disable=SC2016 # for the dyno to expand
  while IFS='=' read -r name paths; do
    printf 'export %s="%s$%s"\n' "${name}" "${paths}" "${name}"
    if [[ "${name}" == INCLUDE_PATH ]]; then
      printf 'export %s="$INCLUDE_PATH"\n' CPATH CPPPATH
    fi
  done < <(search_paths '$HOME') >"${BUILD_DIR}/.profile.d/000_apt.sh"
}

write_export() {
  local name paths
  step "Exporting environment"
  while IFS='=' read -r name paths; do
    export "${name}=${paths}${!name:-}"
  done < <(search_paths "${BUILD_DIR}")
  export CPATH="${INCLUDE_PATH}" CPPPATH="${INCLUDE_PATH}"
  export | grep -E ' (PATH|LD_LIBRARY_PATH|LIBRARY_PATH|INCLUDE_PATH|CPATH|CPPPATH|PKG_CONFIG_PATH)=' >"${BUILDPACK_DIR}/export"
}

rewrite_package_config() {
  step "Rewrite package-config files"
  find "${BUILD_DIR}/.apt" -type f -ipath '*/pkgconfig/*.pc' \
    -exec sed -i -e "s!^prefix=\(.*\)\$!prefix=${BUILD_DIR}/.apt\1!" -- {} +
}

# git looks for its parts where it was made to be.
set_git_exec_path() {
  if [[ -d "${BUILD_DIR}/.apt/usr/lib/git-core" ]]; then
    step "Setting GIT_EXEC_PATH"
    # shellcheck disable=SC2016 # for the dyno to expand
    printf 'export GIT_EXEC_PATH="%s"\n' '$HOME/.apt/usr/lib/git-core' >>"${BUILD_DIR}/.profile.d/000_apt.sh"
    printf 'declare -x GIT_EXEC_PATH="%s"\n' "${BUILD_DIR}/.apt/usr/lib/git-core" >>"${BUILDPACK_DIR}/export"
  fi
}
