# shellcheck shell=bash

warn_start() {
  :
}
