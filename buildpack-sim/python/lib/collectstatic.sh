# shellcheck shell=bash
# Django's static files: buildpack-python.md 7.1, in its order. Both ways to switch it off are told to apps without Django, too.

collect_static_files() {
  local disabled manage_py
  if [[ -e .heroku/collectstatic_disabled ]]; then
    tell_disabled_by_file
    return 0
  fi
  disabled="$(setting DISABLE_COLLECTSTATIC)"
  if [[ -n "${disabled}" && "${disabled}" != 0 ]]; then
    step "Skipping Django collectstatic since the env var DISABLE_COLLECTSTATIC is set."
    report django_collectstatic disabled-env-var
    return 0
  fi
  if ! is_importable django; then
    return 0
  fi
  manage_py="$(find_manage_py)"
  if [[ -z "${manage_py}" ]]; then
    step "Skipping Django collectstatic since no manage.py file found."
    report django_collectstatic skipped-no-manage-py
    return 0
  fi
  report django_collectstatic enabled
  run_collectstatic "${manage_py}"
}

tell_disabled_by_file() {
  step "Skipping Django collectstatic since the file '.heroku/collectstatic_disabled' exists."
  warning <<'TEXT'
Warning: The .heroku/collectstatic_disabled file is deprecated.

Delete the file, and set a config var in its place:
heroku config:set DISABLE_COLLECTSTATIC=1
TEXT
  report django_collectstatic disabled-file
}

# At most three levels deep; the shallowest, then the first by name.
find_manage_py() {
  find . -maxdepth 3 -type f -name manage.py -printf '%d %P\n' | LC_ALL=C sort --key 1,1n --key 2 | sed -n '1s/^[0-9]* //p'
}

run_collectstatic() {
  local log="${SCRATCH}/collectstatic" succeeded=true
  step "\$ python $1 collectstatic --noinput"
  if ! (in_app_environment python "$1" collectstatic --noinput --traceback) 2>&1 | tee "${log}" | shorten_collectstatic | indent; then
    succeeded=false
  fi
  echo
  if [[ "${succeeded}" == false ]]; then
    fail_to_collect "$1" "${log}"
  fi
}

# One line for each file would bury the rest.
shorten_collectstatic() {
  sed --unbuffered -e '/^Post-processed/d' -e '/^Copying/d' -e '/^$/d'
}

in_app_environment() {
  # shellcheck disable=SC2016 # for that shell
  with_config_vars bash -p -c 'export PYTHONPATH="${PYTHONPATH:-.}"; exec "$@"' bash "$@"
}

fail_to_collect() {
  error <<TEXT
Error: Unable to generate Django static files.

This command of your app ended with an error, see its output above:
python $1 collectstatic --noinput

As a rule the app's settings have to be mended. If the app has no
static files, or gets them elsewhere, leave this step out:
heroku config:set DISABLE_COLLECTSTATIC=1
TEXT
  if [[ "$(setting DEBUG_COLLECTSTATIC)" == 1 ]]; then
    dump_environment
  fi
  record_failure "$(cause_of_collectstatic_failure "$2")"
  exit 1
}

# Like Heroku's, by words in the output, case-sensitive, the first that is found.
cause_of_collectstatic_failure() {
  if grep -q SyntaxError "$1"; then
    echo collectstatic-syntax-error
  elif grep -q ImproperlyConfigured "$1"; then
    echo collectstatic-improper-configuration
  elif grep -q 'The CSS file' "$1"; then
    echo collectstatic-fancy-references
  elif grep -q OSError "$1"; then
    echo collectstatic-missing-file
  else
    echo collectstatic-other
  fi
}

dump_environment() {
  printf '\n%s\n\n' "****** Collectstatic environment variables:"
  (in_app_environment env) | indent
}
