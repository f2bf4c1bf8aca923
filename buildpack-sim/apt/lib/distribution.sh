# shellcheck shell=bash
# Where the packages come from. heroku-24 is Ubuntu 24.04 (heroku.md 1.5); the stack image may be another system.

readonly HEROKU_SYSTEM="Ubuntu 24.04"

# `Debian trixie`, or `Ubuntu 24.04`.
distribution() {
  (
    # shellcheck source=/dev/null
    source "${SYSTEM_ETC}/os-release"
    case "${ID:-}" in
      ubuntu) printf 'Ubuntu %s\n' "${VERSION_ID:-}" ;;
      debian) printf 'Debian %s\n' "${VERSION_CODENAME:-}" ;;
      *) printf '%s\n' "${PRETTY_NAME:-another system}" ;;
    esac
  )
}

is_herokus() {
  [[ "$(distribution)" == "${HEROKU_SYSTEM}" ]]
}

tell_distribution() {
  if ! is_herokus; then
    line "(the packages come from $(distribution) here, on Heroku from ${HEROKU_SYSTEM}: names and versions can differ)"
  fi
}

# Every stack image has them; without containers it is this machine that has, or has not.
refuse_without_apt() {
  local program
  for program in apt-get apt-cache dpkg; do
    if ! command -v "${program}" >/dev/null; then
      record_failure apt::missing
      block <<TEXT
Error: The packages of your Aptfile can't be fetched here.

They are Debian packages, and this machine has no '${program}'. Only Debian
and Ubuntu have it. Where Docker runs, dynosim builds in an image that has it.
TEXT
      exit 1
    fi
  done
}

refuse_other_distribution() {
  if [[ "${DYNOSIM_STRICT:-}" != 1 ]] || is_herokus; then
    return 0
  fi
  record_failure apt::distribution
  block <<TEXT
Error: The packages of your Aptfile would come from another system.

Heroku's come from ${HEROKU_SYSTEM}; the stack image here is $(distribution),
and --strict takes nothing in another's place.
TEXT
  exit 1
}
