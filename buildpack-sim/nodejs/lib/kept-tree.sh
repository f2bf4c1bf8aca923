# shellcheck shell=bash
# What a release unpacks to stays in the app's cache and is linked into each build: unpacking Node.js and npm is more work
# than installing the dependencies of a small app.
#
#   $KEPT/NAME-VERSION/tree    the files
#   $KEPT/NAME-VERSION/state   a digest of their names, modes, sizes and times
#
# It is made under another name and takes its own when it is whole and what was published, so a build that fails or is killed
# leaves none. A build could write into a file that is linked; the digest tells, and then the tree is unpacked anew.

# begin_tree FOLDER: sets UNPACKED, where its files go.
begin_tree() {
  UNPACKED="$1.new/tree"
  rm -rf -- "$1.new"
  mkdir -p -- "${UNPACKED}"
}

# keep_tree FOLDER [NAME]: what was begun. One release of NAME is kept.
keep_tree() {
  state_of "${UNPACKED}" >"$1.new/state"
  if [[ -n "${2:-}" ]]; then
    find "${KEPT}" -maxdepth 1 -type d -name "$2-[0-9]*" ! -name '*.new' -exec rm -rf -- {} +
  fi
  rm -rf -- "$1"
  mv -T -- "$1.new" "$1"
}

# is_whole FOLDER
is_whole() {
  [[ -f "$1/state" && -d "$1/tree" && "$(state_of "$1/tree")" == "$(<"$1/state")" ]]
}

# Not the times of folders: they tell nothing that the names in them do not.
state_of() {
  (cd -- "$1" && find . -type d -printf '%y %m %P\n' -o -printf '%y %m %s %T@ %l %P\n') | LC_ALL=C sort | sha256sum
}

# place_tree FOLDER TARGET, which may hold other things. Node.js, npm and what installs into their folders replace files
# rather than write into them. Settings become files of their own all the same.
place_tree() {
  local -a copy=(cp --preserve='mode,timestamps' --remove-destination)
  mkdir -p -- "$2"
  if "${copy[@]}" --recursive --no-dereference --link -T -- "$1/tree" "$2" 2>/dev/null; then
    (cd -- "$1/tree" && find . -type f '(' -name '*.gypi' -o -name '*npmrc' ')' -exec "${copy[@]}" --parents -t "$2" -- {} +)
  else
    # They lie on different file systems.
    "${copy[@]}" --recursive --no-dereference -T -- "$1/tree" "$2"
  fi
}
