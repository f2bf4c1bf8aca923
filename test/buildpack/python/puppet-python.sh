#!/usr/bin/env bash
# Stands in for bin/python in the tests' Python tree, so that whole builds take milliseconds, and for all that is installed
# with it: pip, Pipenv, Poetry and uv. It keeps a diary of how it was called in $PUPPET/calls, and does what the files in
# $PUPPET say.
set -euo pipefail
bin="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
site="$(echo "${bin%/bin}"/lib/python3.*/site-packages)"

diary() {
  printf '%s\n' "$*" >>"${PUPPET}/calls"
  env | LC_ALL=C sort >"${PUPPET}/env-of-last-call"
}

# act NAME: prints $PUPPET/NAME.out, ends with the status in $PUPPET/NAME.status (0)
act() {
  cat "${PUPPET}/$1.out" 2>/dev/null || true
  exit "$(status_of "$1")"
}

status_of() {
  cat "${PUPPET}/$1.status" 2>/dev/null || echo 0
}

# program PATH ARGUMENTS...: a program that calls this puppet with these arguments before its own.
program() {
  mkdir -p "${1%/*}"
  printf '#!/usr/bin/env bash\nexec "%s/python" %s "$@"\n' "${bin}" "${*:2}" >"$1"
  chmod +x "$1"
}

# found_in MODULE FOLDER...
found_in() {
  local place
  for place in "${@:2}"; do
    if [[ -d "${place}/$1" ]]; then
      return 0
    fi
  done
  return 1
}

# fetch PROGRAM NAME REQUIREMENT: makes the program, unless that release (or, without "==", any) is not to be had.
fetch() {
  local scene=bootstrap
  if [[ "$3" != *==* ]]; then
    scene=upgrade
  fi
  if [[ "$(status_of "${scene}")" == 0 ]]; then
    program "$1" "$2"
  fi
  act "${scene}"
}

case "$1" in
  */pip-*.whl/pip)
    diary "bootstrap ${*:2}"
    if [[ " $* " =~ ' --target '([^ ]+) ]]; then
      fetch "${BASH_REMATCH[1]}/bin/uv" uv "${!#}"
    fi
    program "${bin}/pip" pip
    if [[ " $* " == *' --upgrade '* ]]; then
      act upgrade
    fi
    act bootstrap
    ;;
  -m)
    diary "$*"
    if [[ "$2" == nltk.downloader ]]; then
      act "$2"
    fi
    program "${!#}/bin/python" venv "${!#}"
    ;;
  venv)
    if [[ "$3" == -I ]]; then
      exec "$0" "${@:3}"
    fi
    diary "bootstrap ${*:4}"
    name="${!#}"
    fetch "$2/bin/${name%%==*}" "${name%%==*}" "${name}"
    ;;
  pip | pipenv | poetry | uv)
    if [[ "$*" == "uv --version" ]]; then
      echo "uv $(<"${PUPPET}/uv-version") (puppet)"
      exit
    fi
    diary "$*"
    if [[ -x "${PUPPET}/installs" ]]; then
      "${PUPPET}/installs" "${site}"
    fi
    act "$1"
    ;;
  *manage.py)
    diary "$*"
    act manage
    ;;
  -c | -I)
    if [[ "$3" == *metadata* ]]; then
      cat "${PUPPET}/$4-version"
      exit
    fi
    places=("${site}")
    all=true found=
    if [[ "$1" == -c ]]; then
      IFS=: read -ra further <<<"${PYTHONPATH:-}"
      places+=(. "${further[@]}")
    else
      shift
    fi
    for module in "${@:3}"; do
      if found_in "${module}" "${places[@]}"; then
        found+="${module} "
      else
        all=false
      fi
    done
    if [[ "${*:1:2}" == *print* ]]; then
      printf '%s\n' "${found}"
    fi
    "${all}"
    ;;
esac
