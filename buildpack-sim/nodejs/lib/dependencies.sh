# shellcheck shell=bash

install_dependencies() {
  :
}
