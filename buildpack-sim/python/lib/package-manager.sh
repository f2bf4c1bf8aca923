# shellcheck shell=bash
# Which package manager the app uses: buildpack-python.md 3. Sets PACKAGE_MANAGER.

choose_package_manager() {
  local -a managers=() found=()

  if [[ -f Pipfile.lock ]]; then
    managers+=(pipenv)
    found+=("Pipfile.lock (Pipenv)")
  elif [[ -f Pipfile ]]; then
    fail_without_pipfile_lock
  fi
  if [[ -f requirements.txt ]]; then
    managers+=(pip)
    found+=("requirements.txt (pip)")
  fi
  if [[ -f poetry.lock ]]; then
    managers+=(poetry)
    found+=("poetry.lock (Poetry)")
  fi
  if [[ -f uv.lock ]]; then
    managers+=(uv)
    found+=("uv.lock (uv)")
  fi

  if ((${#managers[@]} > 1)); then
    fail_with_several_managers "${found[@]}"
  elif ((${#managers[@]} == 1)); then
    PACKAGE_MANAGER="${managers[0]}"
    readonly PACKAGE_MANAGER
    report package_manager "${PACKAGE_MANAGER}"
  elif [[ -f setup.py ]]; then
    fail_with_setup_py_only
  else
    fail_without_manager
  fi
}

fail_without_pipfile_lock() {
  fail package-manager::pipenv-missing-lockfile <<'TEXT'
Error: No 'Pipfile.lock' found!

Your app has a 'Pipfile', but the lockfile that belongs to it is
missing, and without it a build can't be repeated.

If you use Pipenv, run 'pipenv lock' and commit 'Pipfile.lock'.
If you don't, delete the 'Pipfile'.
TEXT
}

fail_with_several_managers() {
  fail package-manager::multiple-found <<TEXT
Error: Multiple Python package manager files were found.

Only one package manager can be used by an app, but there are:
$(printf '%s\n' "$@")

Keep the file of the one you use, and delete the others from the
repository.
TEXT
}

fail_with_setup_py_only() {
  fail package-manager::setup-py-only <<'TEXT'
Error: Implicit setup.py file support has been sunset.

Your app has a 'setup.py' but none of the files that a package manager
needs. Dependencies are no longer installed from 'setup.py' by itself.

To go on using it, add a 'requirements.txt' with this line:
--editable .
TEXT
}

fail_without_manager() {
  fail package-manager::none-found <<TEXT
Error: Couldn't find any supported Python package manager files.

A Python app needs one of these at its top level: 'requirements.txt'
(pip), 'Pipfile.lock' (Pipenv), 'poetry.lock' (Poetry) or 'uv.lock' (uv).

What is there:
$(list_root .)

$(file_is_missing_advice)
TEXT
}
