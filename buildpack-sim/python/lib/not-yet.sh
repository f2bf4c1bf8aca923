# shellcheck shell=bash
# Steps of Heroku's buildpack that this one does not take yet (buildpack-python.md 7, 8). Whether a step is due is decided
# as on Heroku; then a warning says that it is left out.

tell_hook_is_not_run() {
  if [[ -f "$1" ]]; then
    warn_of_missing_step "Your app's '$1' script" "runs it here"
  fi
}

tell_nltk_is_not_run() {
  if [[ -f nltk.txt ]] && is_importable nltk; then
    warn_of_missing_step "The download of the NLTK data that 'nltk.txt' names" "does it here"
  fi
}

tell_collectstatic_is_not_run() {
  local disabled manage_py
  disabled="$(config_var DISABLE_COLLECTSTATIC)"
  if [[ -e .heroku/collectstatic_disabled || (-n "${disabled}" && "${disabled}" != 0) ]] || ! is_importable django; then
    return 0
  fi
  manage_py="$(find_manage_py)"
  if [[ -n "${manage_py}" ]]; then
    warn_of_missing_step "'python ${manage_py} collectstatic --noinput'" "runs it here"
  fi
}

# At most three levels deep; the shallowest, then the first by name.
find_manage_py() {
  find . -maxdepth 3 -type f -name manage.py -printf '%d %P\n' | LC_ALL=C sort --key 1,1n --key 2 | sed -n '1s/^[0-9]* //p'
}

warn_of_missing_step() {
  warning <<TEXT
Warning: A step of the build is left out.

$1:
Heroku $2, this version of dynosim doesn't yet. The
build goes on without it.
TEXT
}
