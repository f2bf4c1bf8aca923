# shellcheck shell=bash
# Failures of package managers and scripts that can be told by what the tool said: buildpack-nodejs.md A6, A7. Whoever
# recognises one ends the build; the identifiers are Heroku's.

# explain_known_failure STEP
explain_known_failure() {
  case "$1" in
    install-dependencies | prune-dependencies)
      explain_lockfile
      explain_package
      ;;
    *)
      explain_openssl
      explain_heap
      ;;
  esac
  explain_network
}

explain_lockfile() {
  if logged 'npm (ERR!|error) code EUSAGE' && logged 'Please update your lock file'; then
    out_of_sync npm-lockfile-out-of-sync 'npm lockfile is not in sync' package-lock.json 'npm install'
  fi
  if [[ "${PACKAGE_MANAGER}" == yarn1 ]] && logged 'Your lockfile needs to be updated'; then
    out_of_sync outdated-yarn-lockfile 'Outdated Yarn lockfile' yarn.lock 'yarn install'
  fi
  if [[ "${PACKAGE_MANAGER}" == yarn ]] && logged 'YN0028'; then
    out_of_sync yarn-lockfile-out-of-sync 'Yarn lockfile is not in sync' yarn.lock 'yarn install'
  fi
  if logged 'ERR_PNPM_OUTDATED_LOCKFILE'; then
    out_of_sync pnpm-lockfile-out-of-sync 'pnpm lockfile is not in sync' pnpm-lock.yaml 'pnpm install'
  fi
}

# out_of_sync ID TITLE FILE COMMAND
out_of_sync() {
  local file="$3"
  if [[ "${file}" == package-lock.json && -f npm-shrinkwrap.json ]]; then
    file=npm-shrinkwrap.json
  fi
  fail "$1" <<TEXT
Error: $2.

'package.json' and '${file}' do not name the same dependencies. That
happens when a dependency is added, changed or removed without the lockfile.
A build installs exactly what the lockfile says, so it can't go on.

Make the lockfile anew, commit it, and build again:

  $4
  git add ${file}
  git commit -m "Update ${file}"
TEXT
}

explain_package() {
  if logged '^npm (ERR!|error) code ERESOLVE'; then
    fail npm-peer-dependency-conflict <<TEXT
Error: Conflict detected in requested npm dependencies.

Two of your dependencies want different versions of a third (ERESOLVE); the
output above names them. 'npm info PACKAGE peerDependencies' shows what a
package wants.

Bring the versions in line, commit, and build again. Until then the config
var npm_config_legacy_peer_deps=true makes npm overlook the conflict, which
may fail when the app runs.
TEXT
  fi
  if logged '^npm (ERR!|error) code EBADPLATFORM( |$)'; then
    unable npm-ebadplatform <<TEXT
A dependency, or a binary that it brings, is not made for this operating
system or processor. The output above names it.
TEXT
  fi
  if logged '^npm (ERR!|error) code ESTRICTALLOWSCRIPTS'; then
    unable npm-strict-allow-scripts <<TEXT
npm 12 and later run the install scripts of a dependency only where
"allowScripts" in 'package.json' names it. The output above lists those that
are not named. 'npm approve-scripts PACKAGE' adds one that you trust; commit
'package.json', and build again.
TEXT
  fi
  if logged '^npm (ERR!|error) code EALLOWREMOTE'; then
    unable npm-allow-remote-blocked <<TEXT
A dependency comes from a URL, which npm 12 and later refuse. The output above
names it. Take it from a registry, or let it in with a line 'allow-remote=all'
in the '.npmrc' of your app.
TEXT
  fi
  if logged '^npm (ERR!|error) code EINVALIDPACKAGENAME( |$)'; then
    unable npm-package-name-typo <<TEXT
'package.json' names a package whose name can't be one. The output above
shows it; correct it there.
TEXT
  fi
  if logged '^npm (ERR!|error) code E404( |$)|Request failed \\?"404 Not Found|ERR_PNPM_FETCH_404'; then
    unable module-404 <<TEXT
A package is not in the registry (404). The output above names it. See whether
its name is spelt right, and whether it is private: then the build needs a
token, which an .npmrc in your app can take from a config var.
TEXT
  fi
  if logged "notarget No matching version found for|Couldn't find any versions for|ERR_PNPM_NO_MATCHING_VERSION"; then
    unable bad-version-for-dependency <<TEXT
A dependency is wanted in a version that was never published. The output
above names it; choose another version in 'package.json'.
TEXT
  fi
  if logged '^npm (ERR!|error) code 128$' && logged 'An unknown git error occurred'; then
    unable npm-install-git-dependency <<TEXT
A dependency comes from a git repository, and git could not fetch it. The
output above says which, and why.
TEXT
  fi
}

# unable ID: advice from stdin
unable() {
  fail "$1" <<TEXT
Error: Unable to install dependencies using ${PACKAGE_MANAGER%1}.

$(cat)
TEXT
}

explain_openssl() {
  local id=openssl-unsupported-algorithm cause='Update the dependency that asks for it, or choose another algorithm where your code does.'
  if ! logged 'ERR_OSSL_EVP_UNSUPPORTED'; then
    return 0
  fi
  if logged '\[webpack-cli\] Error'; then
    id=openssl-unsupported-algorithm-webpack
    cause="Here it is webpack that hashes with it. From webpack 5.54.0 on, set
output.hashFunction to 'xxhash64'; older ones need a custom hash function."
  fi
  fail "${id}" <<TEXT
Error: Unsupported cryptographic algorithm used.

Node.js 17 and later come with OpenSSL 3, which refuses algorithms that
earlier versions of Node.js knew.

${cause}

As a makeshift, the config var NODE_OPTIONS=--openssl-legacy-provider lets
the old algorithms in again, in the build and in the running app.
TEXT
}

explain_heap() {
  if ! logged 'JavaScript heap out of memory'; then
    return 0
  fi
  fail node-out-of-memory <<TEXT
Error: Node.js Out-Of-Memory (OOM).

A process of the build used up the heap that Node.js allows it. Mostly that
is a bundler (webpack, Vite, Rollup) with plugins that work in many processes
at once, as many as the machine has processors.

Look for a setting of those plugins that limits how much they do at a time.
A larger heap can be had in front of the script that fails:
NODE_OPTIONS="--max-old-space-size=4096". A build has no more memory than
that, though.
TEXT
}

explain_network() {
  if logged 'Host key verification failed'; then
    fail private-git-dependency-without-auth <<TEXT
Error: A private git dependency could not be fetched.

A dependency is fetched from git by ssh, and a build has no ssh key. Use
an https URL with a token, or a package registry.
TEXT
  fi
  if logged 'ECONNRESET'; then
    fail econnreset <<TEXT
Error: The connection to a server broke off (ECONNRESET).

Most likely that passes: build again. The output above names the server.
TEXT
  fi
}
