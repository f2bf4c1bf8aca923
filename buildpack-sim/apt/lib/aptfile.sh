# shellcheck shell=bash
# The grammar of an Aptfile, line by line: buildpack-nodejs.md B1. What is odd in a line goes to apt as it stands, for apt
# is who complains of it on Heroku: blanks before `:repo:`, a comment behind a name, the CR of a Windows line end.

readonly APTFILE="${BUILD_DIR}/Aptfile"

# Lines that name packages or files.
package_lines() {
  grep --text --invert-match -e '^[[:space:]]*#' -e '^[[:space:]]*$' -e '^:repo:' -- "${APTFILE}" || true
}

# Source lines, such as `deb URL DIST COMPONENTS`.
repository_lines() {
  sed -n 's/^:repo:\(.*[^[:space:]]\)[[:space:]]*$/\1/p' -- "${APTFILE}"
}

lists_packages() {
  [[ -n "$(package_lines)" ]]
}

tell_no_packages() {
  block <<'TEXT'
You have no packages listed in your Aptfile.

Nothing is installed. If the app needs no packages of the system, delete
the file and take the buildpack off:

$ heroku buildpacks:remove heroku-community/apt
TEXT
}

# What in this Aptfile apt may have stumbled over, for after its own words.
aptfile_oddities() {
  if grep --quiet $'\r$' -- "${APTFILE}"; then
    echo "- Your Aptfile has Windows line ends (CRLF): the CR becomes a part of each name."
  fi
  if package_lines | grep --quiet '[^[:space:]][[:space:]]*#'; then
    echo "- A '#' behind a name begins no comment there: put comments on lines of their own."
  fi
  if grep --quiet '^[[:space:]]\+:repo:' -- "${APTFILE}"; then
    echo "- ':repo:' counts in the first column of a line only."
  fi
}
