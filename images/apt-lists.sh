# shellcheck shell=sh
# Sourced by the two provision scripts, which run as root in a container of the image being made.
# DYNOSIM_MIRROR: where Debian's packages come from during the build; the finished image names the public one.

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
site=debian.org
public=http://deb.$site/debian

# shellcheck source=/dev/null
. /etc/os-release
suite=$VERSION_CODENAME

apt_sources() {
  rm -f /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/*.list
  echo "deb $1 $suite main" >/etc/apt/sources.list
}

apt_open() {
  apt_sources "${DYNOSIM_MIRROR:-$public}"
  cat >/etc/dpkg/dpkg.cfg.d/dynosim <<'CFG'
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-include=/usr/share/locale/locale.alias
force-unsafe-io
CFG
  apt-get -q update
}

apt_close() {
  apt_sources "$public"
  rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache \
    /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
  mkdir -p /var/cache/apt/archives/partial
}

# Prints the packages of the list $1: of `a|b` the first that this suite has, `a?` only if it has it.
apt_names() {
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1" | while read -r line; do
    found=
    for name in $(echo "$line" | tr '|?' '  '); do
      if [ -n "$(apt-cache --no-all-versions show "$name" 2>/dev/null)" ]; then
        found=$name
        break
      fi
    done
    # One that is nowhere stays as it is written, for apt to complain of.
    case $line in
      *\?) echo "$found" ;;
      *) echo "${found:-$line}" ;;
    esac
  done
}

apt_install() {
  # shellcheck disable=SC2046,SC2086 # names, one a word
  apt-get -q -y --no-install-recommends install $(apt_names "$1") ${2:-}
}
