# shellcheck shell=bash
# Which config vars take part in this build, a name a line, `*` for all, for the platform: it says so when one is changed
# later, since no config change builds anything. A variable that was looked for and is not set counts as well.

begin_config_read() {
  if [[ -n "${DYNOSIM_CONFIG_READ_FILE:-}" ]]; then
    : >"${DYNOSIM_CONFIG_READ_FILE}"
  fi
}

say_config_read() {
  if [[ -n "${DYNOSIM_CONFIG_READ_FILE:-}" ]]; then
    printf '%s\n' "$1" >>"${DYNOSIM_CONFIG_READ_FILE}"
  fi
}
