# shellcheck shell=bash

write_profile() {
  :
}
