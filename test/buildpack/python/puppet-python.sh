#!/usr/bin/env bash
# Stands in for bin/python in the tests' Python tree, so that whole builds take milliseconds. It keeps a diary of how it was
# called in $PUPPET/calls, and does what the files in $PUPPET say.
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
  exit "$(cat "${PUPPET}/$1.status" 2>/dev/null || echo 0)"
}

case "$1" in
  */pip-*.whl/pip)
    diary "bootstrap ${*:2}"
    cat >"${bin}/pip" <<TEXT
#!/usr/bin/env bash
exec "${bin}/python" pip "\$@"
TEXT
    chmod +x "${bin}/pip"
    if [[ " $* " == *' --upgrade '* ]]; then
      act upgrade
    fi
    act bootstrap
    ;;
  pip)
    diary "$*"
    if [[ -x "${PUPPET}/installs" ]]; then
      "${PUPPET}/installs" "${site}"
    fi
    act pip
    ;;
  -I)
    if [[ "$3" == *metadata* ]]; then
      cat "${PUPPET}/pip-version"
      exit
    fi
    for module in "${@:4}"; do
      if [[ ! -d "${site}/${module}" ]]; then
        exit 1
      fi
    done
    ;;
esac
