# shellcheck shell=bash
# What ends a build before it begins: buildpack-nodejs.md A3.

guard_dot_heroku() {
  local path
  local -A ids=([.heroku]=dot-heroku [.heroku/node]=dot-heroku-node)
  for path in .heroku .heroku/node; do
    if [[ -f "${path}" ]]; then
      fail "${ids[${path}]}" <<TEXT
The directory ${path} could not be created

A file named '${path}' is in your app. The Node.js buildpack keeps Node.js
and npm in a directory of that name.

Remove the file from git, or name it in '.slugignore', and build again.
TEXT
    fi
  done
  mkdir -p -- "${NODE_HOME}"
}

read_package_json() {
  if ! load_package_json; then
    fail invalid-package-json <<TEXT
Unable to parse your package.json

The file must be one JSON object. What jq says of it:
$(cat -- "${SCRATCH}/complaint")

Correct the file and build again. 'npm pkg get' on your machine shows
whether npm can read it.
TEXT
  fi
}

guard_lockfiles() {
  local manager other lockfile removed
  local -a found=() steps=()
  local -A lockfiles=([npm]=package-lock.json [pnpm]=pnpm-lock.yaml [Yarn]=yarn.lock)
  for manager in npm pnpm Yarn; do
    if [[ -f "${lockfiles[${manager}]}" ]]; then
      found+=("${manager}")
    fi
  done
  if ((${#found[@]} > 1)); then
    for manager in "${found[@]}"; do
      removed=''
      for other in "${found[@]}"; do
        [[ "${other}" == "${manager}" ]] || removed+=" ${lockfiles[${other}]}"
      done
      steps+=("If you use ${manager}:" "$ git rm${removed}" '$ git commit -m "Remove lockfiles that are not used"' '')
    done
    fail multiple-lock-files <<TEXT
Error: Multiple lockfiles found.

Several package managers ($(join , "${found[@]}")) have left a lockfile in
your app. Only one of them can install its dependencies, and the wrong one
may leave some out, or take other versions.

Keep the lockfile of the package manager that you use:

$(printf '%s\n' "${steps[@]}")

Naming the others in '.gitignore' keeps them from coming back.
TEXT
  fi
  if ((${#found[@]} > 0)) && [[ -f npm-shrinkwrap.json ]]; then
    lockfile="${lockfiles[${found[0]}]}"
    fail shrinkwrap-lock-file-conflict <<TEXT
Error: Multiple lockfiles conflicting with npm-shrinkwrap.json.

Your app has both '${lockfile}' and 'npm-shrinkwrap.json'. Only one lockfile
can be used to install its dependencies.

Keep the one that you use, and remove the other:

$ git rm npm-shrinkwrap.json
$ git rm ${lockfile}
TEXT
  fi
}

# join SEPARATOR WORD...
join() {
  local IFS="$1"
  shift
  printf '%s' "$*"
}

guard_managers() {
  local name value declared
  local -a fields=()
  local -A managers=()
  for name in npm yarn pnpm; do
    value="$(read_field "engines.${name}")"
    if [[ -n "${value}" ]]; then
      managers["${name}"]=1
      fields+=("- ${name} version declared in engines.${name} (${value})")
    fi
  done
  declared="$(read_field packageManager)"
  for name in yarn pnpm; do
    if [[ "${declared}" == "${name}"* ]]; then
      managers["${name}"]=1
      fields+=("- ${name} version declared in packageManager (${declared})")
    fi
  done
  if ((${#managers[@]} > 1)); then
    fail multiple-package-managers <<TEXT
Multiple package managers declared in package.json

Only one of them can install the dependencies of your app. Keep one of these
fields, and remove the others:

$(printf '%s\n' "${fields[@]}")
TEXT
  fi
}

guard_iojs() {
  local version
  version="$(read_field engines.iojs)"
  if [[ -n "${version}" ]]; then
    fail iojs-unsupported <<TEXT
io.js is no longer supported

'engines.iojs' in package.json asks for io.js ${version}. io.js became
Node.js 4 in 2015.

Remove 'engines.iojs', and ask for a Node.js instead:

"engines": {
  "node": "$(lts_major).x"
}
TEXT
  fi
}

# Yarn 2 and later. A version named in package.json is installed; without one the app must bring its Yarn.
guard_yarn() {
  local yarn_path production
  if [[ "${PACKAGE_MANAGER}" != yarn ]]; then
    return 0
  fi
  production="$(config_var YARN_PRODUCTION)"
  if [[ -n "${production}" ]]; then
    fail yarn2-with-yarn-production-env-set <<TEXT
Unsupported Yarn configuration: YARN_PRODUCTION

Yarn 2 and later refuse the config var YARN_PRODUCTION. Whether
devDependencies are pruned is said by YARN2_SKIP_PRUNING instead:

$ dynosim config:unset YARN_PRODUCTION
$ dynosim config:set YARN2_SKIP_PRUNING=$([[ "${production}" == true ]] && echo false || echo true)
TEXT
  fi
  if names_modern_yarn; then
    return 0
  fi
  if [[ ! -f .yarnrc.yml ]]; then
    fail missing-yarnrc-yml <<TEXT
The 'yarnrc.yml' file is not found

Your lockfile is one of Yarn 2 or later, package.json does not say which, and
there is no '.yarnrc.yml'.

Name the version, and commit what changes:

$ yarn set version stable
TEXT
  fi
  yarn_path="$(sed -n 's/^yarnPath:[[:space:]]*//p' .yarnrc.yml | sed -e 's/[[:space:]]*$//' -e "s/^[\"']//" -e "s/[\"']\$//" | head -n 1)"
  if [[ -z "${yarn_path}" ]]; then
    fail missing-yarn-path <<TEXT
The 'yarnPath' could not be read from the 'yarnrc.yml' file

'.yarnrc.yml' has no line 'yarnPath', and package.json does not say which
version of Yarn to install.

Name the version, and commit what changes:

$ yarn set version stable
TEXT
  fi
  if [[ ! -f "${yarn_path}" ]]; then
    fail missing-yarn-vendor <<TEXT
Yarn was not found

'yarnPath' in '.yarnrc.yml' names '${yarn_path}', and there is no such file
in your app.

Check that '.gitignore' and '.slugignore' do not leave it out, then:

$ git add ${yarn_path}
$ git commit -m "Add Yarn"
TEXT
  fi
}

# Whether packageManager or engines.yarn names 2 or later: the first digit says it, as in ">=3" or "^4.1".
names_modern_yarn() {
  local declared
  declared="$(read_field packageManager)"
  if [[ "${declared}" == yarn@* ]]; then
    declared="${declared#yarn@}"
  else
    declared="$(read_field engines.yarn)"
  fi
  [[ "${declared}" =~ ^[^0-9]*([0-9]+) ]] && ((10#${BASH_REMATCH[1]} >= 2))
}
