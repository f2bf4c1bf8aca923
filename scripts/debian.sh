# shellcheck shell=sh
# Sourced by what sets up: how a machine with Debian or Ubuntu gets packages, and how it is said that something is missing.

missing() {
  echo "setup: $1" >&2
  exit 3
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

is_known_machine() {
  [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null || return 1
  grep -Eq '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release
}

is_installed() {
  [ "$(dpkg-query -Wf '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages WHY VARIABLE PACKAGE...: nothing, without packages. VARIABLE=no would have forbidden it.
install_packages() {
  why=$1 variable=$2
  shift 2
  [ $# -gt 0 ] || return 0
  echo "setup: $why $* with apt-get ($variable=no forbids this)"
  log=$(mktemp)
  if ! { as_root apt-get -q update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    missing "apt-get could not install $* (its last words are above)"
  fi
  rm -f "$log"
}
