# shellcheck shell=bash
# build-data/ in the cache: what a build was made of and how it went, field by field (buildpack-python.md 12).
#   python.json      of the last successful build; the cache rules read it back
#   python-new.json  of this build; stays behind when it fails, for bin/report
# One "key": value per line, for the same reason as in versions.sh.

readonly BUILD_DATA="${CACHE_DIR}/build-data/python.json"
readonly NEW_BUILD_DATA="${CACHE_DIR}/build-data/python-new.json"
REPORT_KEYS=()
declare -A REPORT=()

start_build_data() {
  BUILD_STARTED="$(now)"
  mkdir -p -- "${BUILD_DATA%/*}"
  write_report
}

# last_build KEY: prints the value, or nothing.
last_build() {
  if [[ -f "${BUILD_DATA}" ]]; then
    sed -nE "s/^ *\"$1\": \"([^\"]*)\",?$/\1/p" "${BUILD_DATA}"
  fi
}

# report KEY TEXT
report() {
  local text="${2:0:200}" # whatever an app writes into a file may end up here
  text="${text//\\/\\\\}"
  text="${text//\"/\\\"}"
  text="${text//$'\n'/\\n}"
  report_raw "$1" "\"${text//[[:cntrl:]]/}\""
}

# report_raw KEY VALUE: true, false or a number.
report_raw() {
  if [[ ! -f "${NEW_BUILD_DATA}" ]]; then
    fail_without_build_data
  fi
  if [[ ! -v "REPORT[$1]" ]]; then
    REPORT_KEYS+=("$1")
  fi
  REPORT[$1]="$2"
  write_report
}

# timed KEY COMMAND...: runs it in this shell, and reports how many seconds it took.
timed() {
  local key="$1" started
  started="$(now)"
  "${@:2}"
  report_duration "${key}" "${started}"
}

report_duration() {
  local micros
  micros=$(($(now) - $2))
  report_raw "$1" "$(printf '%d.%06d' $((micros / 1000000)) $((micros % 1000000)))"
}

# Whole microseconds, whatever the locale's decimal point is.
now() {
  printf '%s\n' "${EPOCHREALTIME//[!0-9]/}"
}

# The build has succeeded: what it was made of counts from now on. Moved over: a build that is killed leaves the old or the new.
keep_build_data() {
  report_duration total_duration "${BUILD_STARTED}"
  mv -f -- "${NEW_BUILD_DATA}" "${BUILD_DATA}"
}

write_report() {
  local key comma=""
  {
    printf '{'
    for key in "${REPORT_KEYS[@]}"; do
      printf '%s\n  "%s": %s' "${comma}" "${key}" "${REPORT[${key}]}"
      comma=,
    done
    printf '\n}\n'
  } >"${NEW_BUILD_DATA}"
}

# Only a hook can have done that: buildpack-python.md 6.
fail_without_build_data() {
  fail build-data::data-file-deleted <<TEXT
Error: Can't find the buildpack's build data file.

This file has been deleted since the build began:
${NEW_BUILD_DATA}

If a hook script of your app ('bin/pre_compile' or 'bin/post_compile')
deletes the build cache, leave 'build-data' in it alone. To build with
an empty cache once, don't delete it from within a build.
TEXT
}
