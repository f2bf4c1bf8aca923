# shellcheck shell=bash
# Python and its pip as they are before the app's packages come. Heroku unpacks the one and fetches the other for every tree
# that is made anew; here both are kept in the app's cache and linked into the build: copying Python and installing pip takes
# as long as installing a small app. Sets BASE_IS_PLACED.
#
#   $BASE/tree    the files
#   $BASE/key     what they are made of
#   $BASE/state   a digest of their names, modes, sizes and times: who writes into a file that is linked changes it
#
# Only where the pip that is wanted can be had, so that what stands in for it is looked for anew.

readonly BASE="${KEPT}/python-base"
BASE_IS_PLACED=false

place_base() {
  [[ "${PACKAGE_MANAGER}" == pip && -d "${BASE}/tree" ]] &&
    [[ "$(base_key)" == "$(cat -- "${BASE}/key" 2>/dev/null)" ]] &&
    [[ "$(state_of "${BASE}/tree")" == "$(cat -- "${BASE}/state" 2>/dev/null)" ]] &&
    link_tree "${BASE}/tree" .heroku/python &&
    BASE_IS_PLACED=true
}

# Of a tree in which there is nothing else yet.
keep_base() {
  if [[ -n "${RESTORED_AT}" ]]; then
    return 0
  fi
  rm -rf -- "${BASE}" "${BASE}.new"
  mkdir -p -- "${BASE}.new"
  if link_tree .heroku/python "${BASE}.new/tree"; then
    base_key >"${BASE}.new/key"
    state_of "${BASE}.new/tree" >"${BASE}.new/state"
    mv --no-target-directory -- "${BASE}.new" "${BASE}"
  else
    rm -rf -- "${BASE}.new"
  fi
}

base_key() {
  printf '%s\n' "${IMAGE_VERSION}" "pip $(known pip)" "$(pip_wheel)"
  if needs_setuptools; then
    printf '%s\n' "setuptools $(known setuptools)"
  fi
  state_of "${PYTHON_ROOT}/python"
}

# Not the times of folders: they tell nothing that the names in them do not.
state_of() {
  (cd -- "$1" && find . -type d -printf '%y %m %P\n' -o -printf '%y %m %s %T@ %l %P\n') | LC_ALL=C sort | sha256sum
}
