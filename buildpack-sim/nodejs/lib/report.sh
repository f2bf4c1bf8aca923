# shellcheck shell=bash
# What is known of a build when it ends, well or not, as YAML for bin/report. The names of the fields are Heroku's.

readonly REPORT_FILE="${CACHE_DIR}/report.yml"
readonly STARTED="${EPOCHREALTIME/[.,]/}"
# The identifier of the failure; failure.sh sets it.
FAILURE=''
# A build that is killed leaves no report, rather than that of the one before.
rm -f -- "${REPORT_FILE}"

# A cache that cannot be written to must not hide how the build ended.
write_report() {
  local node="${INSTALLED_NODE:-}" manager="${PACKAGE_MANAGER:-}"
  {
    report_text stack "${STACK:-}"
    report_text node_version "${node:+v${node}}"
    report_raw node_version_major "${node%%.*}"
    report_text node_version_request "${NODE_REQUEST:-}"
    report_raw node_version_eol "${RESOLVED[eol]:-}"
    report_text npm_version "${INSTALLED_NPM:-}"
    report_text npm_version_request "${NPM_REQUEST:-}"
    report_text yarn_version "${INSTALLED_YARN:-}"
    report_text yarn_version_request "${YARN_REQUEST:-}"
    report_text package_manager "${manager%1}"
    report_text cache_status "${CACHE_STATUS:-}"
    report_raw skipped_prune "${SKIPPED_PRUNE:-}"
    report_raw build_time "$(seconds_since "${STARTED}")"
    report_text failure "${FAILURE}"
  } 2>/dev/null >"${REPORT_FILE}" || true
}

# report_raw NAME VALUE: true, false or a number; nothing where it is not known.
report_raw() {
  if [[ -n "$2" ]]; then
    printf '%s: %s\n' "$1" "$2"
  fi
}

# report_text NAME TEXT
report_text() {
  local text="${2:0:200}" # what an app writes into package.json may end up here
  text="${text//\\/\\\\}"
  text="${text//\"/\\\"}"
  if [[ -n "${text}" ]]; then
    printf '%s: "%s"\n' "$1" "${text//[[:cntrl:]]/ }"
  fi
}

# seconds_since MICROSECONDS
seconds_since() {
  local micros=$((${EPOCHREALTIME/[.,]/} - $1))
  printf '%d.%06d' $((micros / 1000000)) $((micros % 1000000))
}
