# shellcheck shell=bash

prunes_before_caching() {
  false
}

prune_dev_dependencies() {
  :
}
