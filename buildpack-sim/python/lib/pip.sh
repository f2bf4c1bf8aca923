# shellcheck shell=bash
# pip and what it installs: buildpack-python.md 5.2. Sets PIP_VERSION: what was really installed.

install_pip() {
  local -a packages
  local label
  PIP_VERSION="$(known pip)"
  packages=("pip==${PIP_VERSION}")
  label="pip ${PIP_VERSION}"
  if ! version_below "$(known setuptools-up-to)" "$(minor_of "${IMAGE_VERSION}")"; then
    packages+=("setuptools==$(known setuptools)")
    label+=" and setuptools $(known setuptools)"
  fi

  step "Installing ${label}"
  LOG="${SCRATCH}/log"
  : >"${LOG}"
  if ! are_installed "${packages[@]}" && ! bootstrap "${packages[@]}" >"${LOG}" 2>&1; then
    if lacks_this_pip; then
      install_other_pip "${packages[@]:1}"
    else
      fail_to_install_pip
    fi
  fi
  export PIP_DISABLE_PIP_VERSION_CHECK=1
}

# are_installed NAME==VERSION... In a restored tree the bootstrap would find that all is there and do nothing, but take
# seconds to say so. The app's requirements may have brought another pip: then the name of the directory differs.
are_installed() {
  local package
  for package in "$@"; do
    if ! compgen -G ".heroku/python/lib/python*/site-packages/${package/==/-}.dist-info/RECORD" >/dev/null; then
      return 1
    fi
  done
}

# Heroku runs the wheel with --isolated, which shuts out PIP_* variables and the user's own settings, but not
# /etc/pip.conf. The one variable needed here is handed on by hand: behind a private CA nothing can be fetched without it.
bootstrap() {
  "${PYTHON_HOME}/bin/python" "$(pip_wheel)/pip" install --disable-pip-version-check --isolated --no-cache-dir --no-input \
    --quiet ${PIP_CERT:+--cert "${PIP_CERT}"} "$@"
}

# The newest, should there be several.
pip_wheel() {
  printf '%s\n' "${PYTHON_ROOT}"/wheels/pip-*.whl | sort --version-sort | tail -n 1
}

# An index that answers, but without this release. "from versions: none" is what an index out of reach looks like.
lacks_this_pip() {
  grep -q "No matching distribution found for pip==" "${LOG}" && ! grep -q "from versions: none" "${LOG}"
}

install_other_pip() {
  if [[ "${DYNOSIM_STRICT:-}" == 1 ]]; then
    fail dynosim::strict::pip-version <<TEXT
Error: pip ${PIP_VERSION} can't be had here.

The package index of this machine doesn't have it, and strict mode
allows no substitution.
TEXT
  fi
  if ! bootstrap --upgrade pip "$@" >"${LOG}" 2>&1; then
    fail_to_install_pip
  fi
  PIP_VERSION="$("${PYTHON_HOME}/bin/python" -I -c 'import importlib.metadata as m; print(m.version("pip"))')"
  line "(the package index of this machine has no pip $(known pip); pip ${PIP_VERSION} is used instead)"
}

fail_to_install_pip() {
  indent <"${LOG}" >&2
  fail install-package-manager::pip <<'TEXT'
Error: Unable to install pip.

The package index could not be reached or refused. The reason stands
above. On Heroku trying again helps as a rule; here look at the network
of this machine, and at the proxy and index settings of its pip.
TEXT
}

install_dependencies() {
  step "Installing dependencies using 'pip install -r requirements.txt'"
  if ! pip_install -r requirements.txt 2>&1 | tee "${LOG}" | shorten_paths | indent; then
    explain_known_troubles
    fail install-dependencies::pip <<'TEXT'
Error: Unable to install dependencies using pip.

The reason stands in pip's output above.
TEXT
  fi
}

# Of all config vars, pip sees this one only. It is set for this command, not for the build.
pip_install() {
  local extra_index
  extra_index="$(config_var PIP_EXTRA_INDEX_URL)"
  if [[ -n "${extra_index}" ]]; then
    local -x PIP_EXTRA_INDEX_URL="${extra_index}"
  fi
  "${PYTHON_HOME}/bin/pip" install --exists-action=w --no-cache-dir --no-input --progress-bar off --src="${PYTHON_HOME}/src" "$@"
}

shorten_paths() {
  sed --unbuffered -E '/^Requirement already satisfied: /s# in [^ ]*/site-packages##'
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
  notice <<'TEXT'
Note: Heroku recommends uv for Python apps.

It installs packages much faster than pip, and its lockfile makes each
build install the same versions.
TEXT
}
