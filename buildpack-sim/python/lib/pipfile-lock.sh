# shellcheck shell=bash
# The Python version that Pipenv has written into Pipfile.lock: buildpack-python.md 4.1, 4.2.

# Sets REQUESTED_VERSION, to nothing if the lock names none. Of the two fields the full version counts more; what they may
# hold is the same.
parse_pipfile_lock() {
  local trouble="${SCRATCH}/jq" found
  if ! found="$(jq --raw-output '._meta.requires | .python_full_version // .python_version' Pipfile.lock 2>"${trouble}")"; then
    fail_with_broken_lock "$(<"${trouble}")"
  fi
  if [[ "${found}" == null ]]; then
    found=
  elif ! [[ "${found}" =~ ^${VERSION}$ ]]; then
    fail_with_invalid_lock_version "${found}"
  fi
  REQUESTED_VERSION="${found}"
}

fail_with_broken_lock() {
  fail pipfile-lock::invalid-json <<TEXT
Error: Can't parse Pipfile.lock.

The file isn't the JSON that Pipenv writes:
$1

Make it anew with 'pipenv lock', and commit it.
TEXT
}

fail_with_invalid_lock_version() {
  fail pipfile-lock::invalid-version <<TEXT
Error: Invalid Python version in Pipfile.lock.

The lock asks for a Python version that isn't one:
$(show_unprintable "$1")

A version is 'N.N' (python_version) or 'N.N.N' (python_full_version).
Change it under '[requires]' in your 'Pipfile', for example to
python_version = "$(known default)"
then run 'pipenv lock' and commit both files.
TEXT
}
