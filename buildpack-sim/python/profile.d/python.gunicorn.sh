# shellcheck shell=bash
# The router is the only one that reaches a dyno, so its X-Forwarded-* are to be believed.
export FORWARDED_ALLOW_IPS='*'
export GUNICORN_CMD_ARGS="${GUNICORN_CMD_ARGS:---access-logfile -}"
