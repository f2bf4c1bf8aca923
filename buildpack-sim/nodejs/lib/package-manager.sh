# shellcheck shell=bash
# Who installs: the lockfile says (buildpack-nodejs.md A6). Sets
#   PACKAGE_MANAGER  npm, yarn1, yarn (2 and later) or pnpm
choose_package_manager() {
  PACKAGE_MANAGER=npm
  if [[ -f yarn.lock ]]; then
    PACKAGE_MANAGER=yarn1
    if grep -q '^__metadata:' yarn.lock; then
      PACKAGE_MANAGER=yarn
    fi
  elif [[ -f pnpm-lock.yaml ]]; then
    PACKAGE_MANAGER=pnpm
  fi
  readonly PACKAGE_MANAGER
}

uses_yarn() {
  [[ "${PACKAGE_MANAGER}" == yarn* ]]
}
