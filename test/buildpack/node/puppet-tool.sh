#!/usr/bin/env bash
# Stands in for npm, yarn and pnpm of the tests' registry, so that whole builds take milliseconds. Called as
# `puppet-tool.sh NAME VERSION ARGUMENT...`. It keeps a diary of how it was called in $PUPPET/calls, and does what the files
# in $PUPPET say: for `npm ci` it runs the program $PUPPET/npm-ci, or else prints $PUPPET/npm-ci.out and ends with the status
# in $PUPPET/npm-ci.status (0).
set -euo pipefail
name="$1" version="$2"
shift 2

if [[ "${name}" == node && -e "${PUPPET}/broken" ]]; then
  exit 132
fi
if [[ "${1:-}" == --version ]]; then
  echo "${version}"
  exit
fi

printf '%s\n' "${name} $*" >>"${PUPPET}/calls"
env | LC_ALL=C sort >"${PUPPET}/env-of-last-call"

# As npm installs a program of another package: it can be called, and says its version.
# install_program PREFIX SPEC
install_program() {
  local bin="$1/bin" spec="$2" program="${2%@*}"
  local wanted="${spec##*@}"
  if grep -qsxF "${spec}" "${PUPPET}/unpublished"; then
    echo "npm error code ETARGET" >&2
    echo "npm error notarget No matching version found for ${spec}." >&2
    exit 1
  fi
  wanted="${wanted//x/22}"
  wanted="${wanted//[^0-9.a-z]/}"
  program="${program/@yarnpkg\/cli-dist/yarn}"
  mkdir -p "${bin}"
  printf '#!/usr/bin/env bash\nexec %q %q %q "$@"\n' "${BASH_SOURCE[0]}" "${program}" "${wanted/latest/99.0.0}" >"${bin}/${program}"
  chmod +x "${bin}/${program}"
}

if [[ "${name} ${1:-}" == 'npm install' && " $* " == *' --global '* ]]; then
  install_program "${*: -2:1}" "${*: -1}"
  exit
fi
# Yarn 2 and later are not among the releases of "yarn".
if [[ "${name} ${1:-}" == 'npm view' ]]; then
  [[ " $* " != *' yarn@'[^0-9]* && " $* " != *' yarn@'[2-9]* ]] || exit 1
  echo 1.22.22
  exit
fi

verb="${PUPPET}/${name}-${1:-}"
if [[ -x "${verb}" ]]; then
  exec "${verb}" "${@:2}"
fi
cat "${verb}.out" 2>/dev/null || true
exit "$(cat "${verb}.status" 2>/dev/null || echo 0)"
