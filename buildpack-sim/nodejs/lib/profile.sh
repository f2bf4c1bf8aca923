# shellcheck shell=bash
# What the app gets at run time: buildpack-nodejs.md A4, A9. The `export` for later buildpacks is environment.sh's.

write_profile() {
  mkdir -p .profile.d
  cp -- "${BUILDPACK_DIR}"/profile.d/*.sh .profile.d/
}

# pnpm 11 and later would install again before a script where node_modules was installed under another path, as it was
# here: the build directory is not /app. A warning is enough; the app's own value wins.
write_pnpm_profile() {
  if ((${INSTALLED_PNPM%%.*} >= 11)); then
    # shellcheck disable=SC2016 # expanded when the dyno boots
    echo 'export pnpm_config_verify_deps_before_run="${pnpm_config_verify_deps_before_run:-warn}"' >.profile.d/pnpm.sh
  fi
}
