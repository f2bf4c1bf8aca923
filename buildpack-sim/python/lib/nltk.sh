# shellcheck shell=bash
# Data files for NLTK: buildpack-python.md 7.2. Sets NLTK_DATA_DIR if any were asked for.

NLTK_DATA_DIR=

download_nltk_data() {
  if ! is_importable nltk; then
    return 0
  fi
  step "Downloading NLTK corpora..."
  if [[ ! -f nltk.txt ]]; then
    report nltk_downloader skipped-no-nltk-file
    line "'nltk.txt' not found, not downloading any corpora"
    return 0
  fi
  report nltk_downloader enabled
  download_nltk_packages
}

download_nltk_packages() {
  local -a packages
  mapfile -t packages <nltk.txt
  step "Downloading NLTK packages: ${packages[*]}"
  if ! (with_config_vars python -m nltk.downloader -d "${BUILD_DIR}/.heroku/python/nltk_data" "${packages[@]}") 2>&1 | indent; then
    fail nltk-downloader <<'TEXT'
Error: Unable to download NLTK data.

The NLTK downloader ended with an error; what it said stands above.
Check the names in 'nltk.txt' against https://www.nltk.org/nltk_data/.
If they are right, the server may be out of reach: try again later.
TEXT
  fi
  NLTK_DATA_DIR="${PYTHON_HOME}/nltk_data"
}
