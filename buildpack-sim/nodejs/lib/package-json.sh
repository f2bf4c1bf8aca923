# shellcheck shell=bash
# Fields of package.json. jq is in the build image; no Node is needed to read them. It is called once, since each start of
# it costs more than all that it does here.

# What package.json says, by name: engines.NAME, packageManager, scripts.NAME (an empty script is there, too), and
# cacheDirectories, one in a line.
declare -A PACKAGE=()
readonly PACKAGE_FIELDS="${SCRATCH}/package-json"

# load_package_json: false where it is no JSON object; what jq says of it is in $SCRATCH/complaint.
load_package_json() {
  local name value
  jq --slurp -j -f "${BUILDPACK_DIR}/data/package-json.jq" "${BUILD_DIR}/package.json" \
    >"${PACKAGE_FIELDS}" 2>"${SCRATCH}/complaint" || return 1
  PACKAGE=()
  while IFS= read -r -d '' name && IFS= read -r -d '' value; do
    PACKAGE["${name}"]="${value}"
  done <"${PACKAGE_FIELDS}"
}

# The app's own scripts may write it anew. One that they leave broken is left to the package manager to complain of.
reload_package_json() {
  if [[ "${BUILD_DIR}/package.json" -nt "${PACKAGE_FIELDS}" ]]; then
    load_package_json || touch -- "${PACKAGE_FIELDS}"
  fi
}

# read_field NAME: prints a field as text, or nothing where it is absent, null or false.
read_field() {
  printf '%s' "${PACKAGE["$1"]:-}"
}

# has_script NAME: whether it is declared; an empty one is.
has_script() {
  [[ -n "${PACKAGE["scripts.$1"]+declared}" ]]
}

# script_text NAME
script_text() {
  read_field "scripts.$1"
}
