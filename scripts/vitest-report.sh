# shellcheck shell=sh
# Sourced. `report_options NAME`: options that make vitest leave its counts for .ci/run in $DYNOSIM_TEST_REPORTS, if set.
report_options() {
  [ -z "${DYNOSIM_TEST_REPORTS:-}" ] ||
    printf '%s' "--reporter=default --reporter=json --outputFile.json=$DYNOSIM_TEST_REPORTS/$1.json"
}
