# shellcheck shell=bash

run_prebuild() {
  :
}

run_build() {
  :
}

run_cleanup() {
  :
}
