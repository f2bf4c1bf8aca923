# shellcheck shell=bash
# What the four package managers have in common: buildpack-python.md 5.2 to 5.5. What is each one's own stands in pip.sh,
# pipenv.sh, poetry.sh and uv.sh, as functions with these names after the manager's:
#   NAME_name                how it is spelt
#   NAME_is_kept             whether the restored cache holds it
#   NAME_fetch REQUIREMENT   installs it, in the place where it belongs: "uv==0.12.5", or "uv" for the newest; nothing else is
#                            to be relied on but its status, since it runs in a condition
#   NAME_version             prints the version that is there
#   NAME_set_environment     for the rest of the build
#   NAME_export_lines        the same for later buildpacks, NAME_profile_lines for the dyno
#   NAME_choose_command      sets COMMAND: what is shown
#   NAME_run COMMAND         runs it with the options that are not shown
#   NAME_filter              takes out of its output what says nothing
#   NAME_find_reasons        why the cache cannot be used: adds to REASONS
#
# Sets MANAGER_VERSION: what is really installed.

# manager WHAT...: that function of the app's package manager.
manager() {
  "${PACKAGE_MANAGER}_$1" "${@:2}"
}

install_manager() {
  local name wanted
  name="$(manager name)"
  wanted="$(known "${PACKAGE_MANAGER}")"
  LOG="${SCRATCH}/log"
  : >"${LOG}"
  MANAGER_VERSION="${wanted}"
  if manager is_kept; then
    tell_kept_manager
  else
    tell_new_manager
    fetch_manager
  fi
  if [[ "${MANAGER_VERSION}" != "${wanted}" ]]; then
    line "(the package index of this machine has no ${name} ${wanted}; ${name} ${MANAGER_VERSION} is used instead)"
  fi
  manager set_environment
  # The release that counts for the cache is the one asked for: an index may never have had it.
  report "${PACKAGE_MANAGER}_version" "${wanted}"
  report "${PACKAGE_MANAGER}_version_installed" "${MANAGER_VERSION}"
}

tell_kept_manager() {
  local installed
  step "Using cached $(manager name) ${MANAGER_VERSION}"
  installed="$(last_build "${PACKAGE_MANAGER}_version_installed")"
  MANAGER_VERSION="${installed:-${MANAGER_VERSION}}"
}

tell_new_manager() {
  local label
  label="$(manager name) ${MANAGER_VERSION}"
  if [[ "${PACKAGE_MANAGER}" == pip ]] && needs_setuptools; then
    label+=" and setuptools $(known setuptools)"
  fi
  step "Installing ${label}"
}

fetch_manager() {
  if ! manager fetch "${PACKAGE_MANAGER}==${MANAGER_VERSION}" >"${LOG}" 2>&1; then
    if ! lacks_this_release; then
      fail_to_install_manager
    fi
    refuse_other_release
    if ! manager fetch "${PACKAGE_MANAGER}" >"${LOG}" 2>&1; then
      fail_to_install_manager
    fi
    MANAGER_VERSION="$(manager version)"
  fi
}

# bootstrap PYTHON ARGUMENTS...: "pip install" for that Python, by the wheel of the stack image.
# Heroku runs the wheel with --isolated, which shuts out PIP_* variables and the user's own settings, but not
# /etc/pip.conf. The one variable needed here is handed on by hand: behind a private CA nothing can be fetched without it.
bootstrap() {
  "$1" "$(pip_wheel)/pip" install --disable-pip-version-check --isolated --no-cache-dir --no-input \
    --quiet ${PIP_CERT:+--cert "${PIP_CERT}"} "${@:2}"
}

# The newest, should there be several.
pip_wheel() {
  printf '%s\n' "${PYTHON_ROOT}"/wheels/pip-*.whl | sort --version-sort | tail -n 1
}

# distribution_version PYTHON NAME
distribution_version() {
  "$1" -I -c 'import importlib.metadata as m, sys; print(m.version(sys.argv[1]))' "$2"
}

# An index that answers, but without this release. "from versions: none" is what an index out of reach looks like.
lacks_this_release() {
  grep -q "No matching distribution found for ${PACKAGE_MANAGER}==" "${LOG}" && ! grep -q "from versions: none" "${LOG}"
}

refuse_other_release() {
  if [[ "${DYNOSIM_STRICT:-}" == 1 ]]; then
    fail "dynosim::strict::${PACKAGE_MANAGER}-version" <<TEXT
Error: $(manager name) ${MANAGER_VERSION} can't be had here.

The package index of this machine doesn't have it, and strict mode
allows no substitution.
TEXT
  fi
}

fail_to_install_manager() {
  indent <"${LOG}" >&2
  fail "install-package-manager::${PACKAGE_MANAGER}" <<TEXT
Error: Unable to install $(manager name).

The package index could not be reached or refused. The reason stands
above. On Heroku trying again helps as a rule; here look at the network
of this machine, and at the proxy and index settings of its pip.
TEXT
}

install_dependencies() {
  local -a COMMAND
  manager choose_command
  step "Installing dependencies using '${COMMAND[*]}'"
  if ! manager run "${COMMAND[@]}" 2>&1 | tee "${LOG}" | manager filter | indent; then
    explain_known_troubles
    fail "install-dependencies::${PACKAGE_MANAGER}" <<TEXT
Error: Unable to install dependencies using $(manager name).

The reason stands in the output of $(manager name) above.
TEXT
  fi
}

# Heroku CI installs what tests need, too: buildpack-python.md 13.
is_for_tests() {
  [[ -v INSTALL_TEST ]]
}

# Of all config vars, the pip in pip and in Pipenv sees this one only. It is set for one command, not for the build.
with_extra_index() {
  local extra_index
  extra_index="$(config_var PIP_EXTRA_INDEX_URL)"
  if [[ -n "${extra_index}" ]]; then
    local -x PIP_EXTRA_INDEX_URL="${extra_index}"
  fi
  "$@"
}

# Known causes get a block of their own before the general one.
explain_known_troubles() {
  if grep -qi 'Could not find gdal-config' "${LOG}"; then
    error <<'TEXT'
Error: A package needs the GDAL library.

It isn't part of the stack. Add the Geo buildpack, which installs
GDAL, GEOS and PROJ, before this one:
heroku buildpacks:add --index 1 https://github.com/heroku/heroku-geo-buildpack.git
TEXT
  fi
  if grep -qi 'sqlite3.h: No such file or directory' "${LOG}"; then
    error <<'TEXT'
Error: A package needs the SQLite headers.

They aren't part of the stack. Use the 'sqlite3' module of the standard
library, or, if the package is 'pysqlite3', version 0.6.0 or newer.
TEXT
  fi
  if grep -qi 'pip<24.1' "${LOG}"; then
    error <<'TEXT'
Error: A package has broken metadata.

Newer releases of pip refuse it (see "pip<24.1" above). Upgrade the
package to a release in which that is mended, such as Celery 5.2.1.
TEXT
  fi
}

recommend_uv() {
  if [[ "${PACKAGE_MANAGER}" == uv ]]; then
    return 0
  fi
  notice <<TEXT
Note: Heroku recommends uv for Python apps.

It installs packages much faster than $(manager name), and its lockfile makes each
build install the same versions.
TEXT
}
