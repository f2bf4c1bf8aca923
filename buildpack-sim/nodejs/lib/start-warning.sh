# shellcheck shell=bash
# buildpack-nodejs.md A10

# What `npm start` would find. A Procfile may lack a web process, which is then meant so.
warn_start() {
  if [[ ! -e Procfile && -z "$(script_text start)" && ! -e server.js ]]; then
    warning <<'TEXT'
This app may not specify any way to start a node process

There is no Procfile, no "start" script in 'package.json' and no 'server.js'.
The web process runs 'npm start', which then ends with
'Missing script: "start"', and the dyno crashes.
TEXT
  fi
}
