#!/usr/bin/env bash
# Plays apt-get, dpkg and curl, by the name it is called by. Calls go to $PUPPET/calls, one a line, arguments in brackets.
# apt-get knows every package but those that are named `unknown*` or are no name; curl knows every URL without `missing`.
set -eu
name="${0##*/}"
{ printf '%s' "${name}"; printf ' [%s]' "$@"; printf '\n'; } >>"${PUPPET}/calls"

option() { # NAME ARGUMENT...: value of -o NAME=value
  local wanted="$1" argument
  shift
  for argument in "$@"; do
    [[ "${argument}" != "${wanted}="* ]] || printf '%s\n' "${argument#*=}"
  done
}

case "${name}" in
  apt-get)
    cat -- "$(option dir::etc::sourcelist "$@")" >"${PUPPET}/sources-of-last-call"
    if [[ "${!#}" == update ]]; then
      [[ ! -e "${PUPPET}/no-index" ]] || { echo "E: The repository is not signed." >&2; exit 100; }
      echo "Hit:1 http://mirror/debian trixie InRelease"
      exit
    fi
    archives="$(option dir::cache "$@")/archives"
    while [[ "$1" != --reinstall ]]; do shift; done
    shift
    for package in "$@"; do
      if [[ "${package}" == unknown* || ! "${package}" =~ ^[a-z0-9][a-z0-9.+*=/-]+$ ]]; then
        echo "E: Unable to locate package ${package}" >&2
        exit 100
      fi
    done
    for package in "$@"; do
      echo "Get:1 ${package}"
      : >"${archives}/${package//[*=\/]*/}_1_amd64.deb"
    done
    ;;
  dpkg)
    package="$(basename -- "$2" _1_amd64.deb)"
    mkdir -p -- "$3/usr/bin"
    : >"$3/usr/bin/${package}"
    [[ ! -d "${PUPPET}/packages/${package}" ]] || cp -r -- "${PUPPET}/packages/${package}/." "$3"
    ;;
  curl)
    url="${!#}"
    if [[ "${url}" == *missing* ]]; then
      echo "curl: (22) The requested URL returned error: 404" >&2
      exit 22
    fi
    while [[ "$1" != --output ]]; do shift; done
    echo "${url}" >"$2"
    ;;
esac
