# shellcheck shell=bash
# Editable installs record the path of the build directory, which is another one at run time: buildpack-python.md 5.6.

# Only files that hold the path are written: the cache is not saved when nothing has changed.
rewrite_editable_paths() {
  local from="${BUILD_DIR}/.heroku/python" file
  while IFS= read -r -d '' file; do
    sed --in-place "s#${from}#${PYTHON_HOME}#g" -- "${file}"
  done < <(
    find .heroku/python/lib/python*/site-packages -type f \
      \( -name '*.egg-link' -o -name '*.pth' -o -name '__editable___*_finder.py' \) \
      -exec grep --files-with-matches --null --fixed-strings -- "${from}" {} + || true # grep: nothing to rewrite
  )
}
