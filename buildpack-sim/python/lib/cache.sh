# shellcheck shell=bash
# Keeping Python and its packages from build to build: buildpack-python.md 6. Sets CACHE_STATUS, and RESTORED_AT: a file
# as old as the restored tree.
#
# Heroku moves the tree out of the cache and copies it back. Here it is linked, file by file, out and home again, and the way
# home is left out when nothing in the tree has changed. A failed build then also leaves the cache as it was, as on Heroku,
# which stores no cache of a failed build: pip and Python replace files, they do not write into them. What others may write
# into is copied. Should a failed build, or a later buildpack, write into another file all the same, a digest tells, and the
# tree is made anew.
#
# Linking 10,000 files takes a while. So a note in the cache asks whoever clears away the build to put its tree beside the
# cached one, which now is the same, and the next build moves it back in place if it is untouched. Removing them takes a while,
# too: what is replaced is NAME.gone at once, and is removed beside the installing, or by whoever clears away the build.

readonly KEPT="${CACHE_DIR}/.heroku"
readonly READY="${KEPT}/python.ready" READY_NOTE="${KEPT}/python.return"
RESTORED_AT=

# X.Y.Z that the last build asked for in effect, or nothing.
cached_python_version() {
  local text
  if [[ -f "${KEPT}/python-version" ]]; then
    text="$(<"${KEPT}/python-version")"
    printf '%s\n' "${text#python-}"
  fi
}

restore_cache() {
  decide_on_cache
  rm -rf -- "${KEPT}"/*.gone >/dev/null 2>&1 &
  report cache_status "${CACHE_STATUS}"
}

decide_on_cache() {
  local -a REASONS=()
  local ready=false
  if [[ ! -d "${KEPT}/python" ]]; then
    CACHE_STATUS=empty
    discard_ready_tree # the other is gone
    return
  fi
  find_reasons_to_discard
  if ((${#REASONS[@]} == 0)); then
    if is_ready_untouched; then
      ready=true
    elif ! is_kept_whole; then
      REASONS+=("A file of the cached Python has been changed since it was saved")
    fi
  fi
  if ((${#REASONS[@]} > 0)); then
    CACHE_STATUS=discarded
    step "Discarding cache since:"
    printf '       - %s\n' "${REASONS[@]}"
    # The tree is replaced when this build has succeeded, and only then.
    set_aside "${KEPT}/python-poetry"
    set_aside "${KEPT}/python-uv"
  else
    CACHE_STATUS=reused
    step "Restoring cache"
    mkdir -p .heroku
    "${ready}" && mv --no-target-directory -- "${READY}" .heroku/python ||
      link_tree "${KEPT}/python" .heroku/python || copy_tree "${KEPT}/python" .heroku/python
    RESTORED_AT="${SCRATCH}/restored-at"
    : >"${RESTORED_AT}"
  fi
  discard_ready_tree
}

discard_ready_tree() {
  rm -f -- "${READY_NOTE}"
  discard "${READY}"
}

# discard TREE of the cache
discard() {
  if [[ -e "$1" ]]; then
    mv --no-target-directory -- "$1" "$1.$$.gone"
  fi
}

# As it was when the note was written: moving it has touched nothing below. Of what has gone from its top only the tree itself
# has a trace, which moving touches: so the note says what was there.
is_ready_untouched() {
  [[ -d "${READY}" && -f "${READY_NOTE}" ]] &&
    [[ "$(top_of "${READY}")" == "$(<"${READY_NOTE}")" ]] &&
    [[ -z "$(find "${READY}" -mindepth 1 -cnewer "${READY_NOTE}" -print -quit)" ]]
}

top_of() {
  stat --format=%a -- "$1"
  ls -A -- "$1"
}

# One that was saved before there were digests counts as whole.
is_kept_whole() {
  [[ ! -f "${KEPT}/python-state" || "$(state_of "${KEPT}/python")" == "$(<"${KEPT}/python-state")" ]]
}

# All that apply, in this order.
find_reasons_to_discard() {
  local stack python manager
  stack="$(cat -- "${KEPT}/python-stack" 2>/dev/null || true)"
  if [[ "${stack}" != "${STACK}" ]]; then
    REASONS+=("The stack has changed from ${stack:-unknown} to ${STACK}")
  fi

  python="$(cached_python_version)"
  if [[ "${python}" != "${RESOLVED_VERSION}" ]]; then
    REASONS+=("The Python version has changed from ${python:-unknown} to ${RESOLVED_VERSION}")
  else
    # Only here: the same request, but another stack image.
    python="$(last_build python_version_installed)"
    if [[ -n "${python}" && "${python}" != "${IMAGE_VERSION}" ]]; then
      REASONS+=("The Python version has changed from ${python} to ${IMAGE_VERSION}")
    elif [[ "$(home_of "${KEPT}/python")" != "$(home_of "${PYTHON_ROOT}/python")" ]]; then
      REASONS+=("This machine's Python ${IMAGE_VERSION} is in another place now")
    fi
  fi

  manager="$(last_build package_manager)"
  if [[ -z "${manager}" ]]; then
    REASONS+=("The format of the cache has changed")
  elif [[ "${manager}" != "${PACKAGE_MANAGER}" ]]; then
    REASONS+=("The package manager has changed from ${manager} to ${PACKAGE_MANAGER}")
  else
    find_manager_reasons
  fi

  if [[ -f "${KEPT}/python/include/sqlite3.h" ]]; then
    REASONS+=("The cache holds a legacy install of the SQLite headers")
  fi
}

# Of a virtual environment: where the Python is that it was made of.
home_of() {
  sed -n 's/^home *= *//p' -- "$1/pyvenv.cfg" 2>/dev/null
}

find_manager_reasons() {
  local former wanted
  former="$(last_build "${PACKAGE_MANAGER}_version")"
  wanted="$(known "${PACKAGE_MANAGER}")"
  if [[ "${former}" != "${wanted}" ]]; then
    REASONS+=("The $(manager name) version has changed from ${former:-unknown} to ${wanted}")
  fi
  manager find_reasons
}

# set_aside DIRECTORY of the cache, which this build makes anew, or leaves out. Where there is none, a file notes that.
set_aside() {
  if [[ -e "$1.former" ]]; then
    rm -rf -- "$1"
  elif [[ -d "$1" ]]; then
    mv -- "$1" "$1.former"
  else
    mkdir -p -- "${1%/*}"
    : >"$1.former"
  fi
}

# After a build that has failed, and before one whose predecessor was killed.
put_back_what_was_set_aside() {
  local former
  for former in "${KEPT}"/*.former; do
    if [[ -d "${former}" ]]; then
      rm -rf -- "${former%.former}"
      mv -- "${former}" "${former%.former}"
    elif [[ -f "${former}" ]]; then
      rm -rf -- "${former%.former}" "${former}"
    fi
  done
}

save_cache() {
  step "Saving cache"
  mkdir -p -- "${KEPT}"
  if tree_has_changed; then
    # Never a half tree under the name that the next build looks for.
    rm -rf -- "${KEPT}/python.new"
    link_tree .heroku/python "${KEPT}/python.new" || copy_tree .heroku/python "${KEPT}/python.new"
    if [[ "${PACKAGE_MANAGER}" == pipenv ]]; then
      sha256sum -- Pipfile.lock >"${KEPT}/python.new/Pipfile.lock.sha256"
    fi
    # Without it nothing is restored: who is killed from here on leaves no tree that passes for another.
    rm -f -- "${KEPT}/python-stack"
    discard "${KEPT}/python"
    state_of "${KEPT}/python.new" >"${KEPT}/python-state"
    mv -- "${KEPT}/python.new" "${KEPT}/python"
  fi
  top_of .heroku/python >"${READY_NOTE}"
  printf 'python-%s\n' "${RESOLVED_VERSION}" >"${KEPT}/python-version"
  if [[ "${PACKAGE_MANAGER}" == pip ]]; then
    cp -- requirements.txt "${KEPT}/requirements.txt"
  fi
  printf '%s\n' "${STACK}" >"${KEPT}/python-stack"
  rm -rf -- "${KEPT}"/*.former
}

# By change time, which no archive or package can set back; making, removing and renaming touch the directory.
tree_has_changed() {
  [[ -z "${RESTORED_AT}" || -n "$(find .heroku/python -cnewer "${RESTORED_AT}" -print -quit)" ]]
}

# No owners: the build's user could not set them.
copy_tree() {
  cp --recursive --no-dereference --preserve=mode,timestamps,links --reflink=auto -- "$1" "$2"
}

# Fails where the two lie on different file systems, and leaves nothing then. Settings and scripts, which some tool may
# write into, become files of their own.
link_tree() {
  local into
  local -a own=('(' -path '*/bin/*' -o -path '*/src/*' -o -path '*.dist-info/*' -o -name '*.pth' -o -name '*.egg-link' -o -name '*.cfg' ')')
  if ! cp --recursive --no-dereference --preserve=mode,timestamps --link -- "$1" "$2" 2>/dev/null ||
    ! into="$(realpath -- "$2")" ||
    ! (cd -- "$1" && find . -type f "${own[@]}" -print0 |
      xargs --null --no-run-if-empty cp --parents --remove-destination --preserve=mode,timestamps --target-directory="${into}" --); then
    rm -rf -- "$2"
    return 1
  fi
}
