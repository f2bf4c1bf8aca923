# shellcheck shell=bash
# Is this a place where a build can start? buildpack-python.md 11

check_stack() {
  local name
  for name in $(known stacks); do
    if [[ "${STACK:-}" == "${name}" ]]; then
      return 0
    fi
  done
  for name in $(known stacks-ended); do
    if [[ "${STACK:-}" == "${name}" || ("${name}" == cedar && "${STACK:-}" == cedar*) ]]; then
      fail checks::stack::eol <<TEXT
Error: The '${STACK}' stack is no longer supported.

Its support has ended on Heroku, and this buildpack can't be used
with it. Move the app to a newer stack: $(known stacks).
TEXT
    fi
  done
  fail checks::stack::unknown <<TEXT
Error: The '${STACK:-}' stack isn't recognised.

This buildpack knows these stacks: $(known stacks).
TEXT
}

# Only an earlier buildpack's export can have set PYTHONHOME in a build; a virtual environment has none, but is on its PATH.
check_duplicate_buildpack() {
  if [[ -e "${BUILD_DIR}/.heroku/python/bin/python" ]] &&
    [[ -n "${PYTHONHOME:-}" || -f "${BUILD_DIR}/.heroku/python/pyvenv.cfg" && ":${PATH}:" == *":${PYTHON_HOME}/bin:"* ]]; then
    fail checks::duplicate-python-buildpack <<'TEXT'
Error: The Python buildpack has already been run this build.

The app's list of buildpacks has a Python buildpack more than once.

See them with:  heroku buildpacks
Take one away:  heroku buildpacks:remove heroku/python
TEXT
  fi
}

check_existing_python() {
  if [[ -e .heroku/python || -L .heroku/python ]]; then
    fail checks::existing-python-dir <<TEXT
Error: Existing '.heroku/python/' directory found.

Your app's source holds a '.heroku/python', which is where this
buildpack installs Python. What was found there:
$(list_two_levels .heroku/python)

Delete it from the repository:
git rm -r --cached .heroku/python
and add '.heroku/' to '.gitignore'. If another buildpack or a
'bin/pre_compile' script makes it, remove that instead.
TEXT
  fi
}

check_existing_venv() {
  local name
  for name in .venv venv; do
    if [[ -f "${name}/pyvenv.cfg" ]]; then
      fail checks::existing-venv-dir <<TEXT
Error: Existing '${name}/' directory found.

Your app's source holds a virtual environment. It was made on another
machine and can't work here. What was found there:
$(list_two_levels "${name}")

Delete it from the repository and commit:
git rm --cached -r ${name}
and add '${name}/' to '.gitignore', so that it stays out.
TEXT
    fi
  done
}
