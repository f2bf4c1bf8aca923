# shellcheck shell=bash
# Fields of package.json. jq is in the build image; no Node is needed to read them.

# read_field FILTER [FILE]: prints a field as text, or nothing where it is absent, null or false.
read_field() {
  jq -r "$1 // empty" "${2:-${BUILD_DIR}/package.json}" 2>/dev/null || true
}

# has_script NAME: whether it is declared; an empty one is.
has_script() {
  jq -e --arg name "$1" '.scripts | type == "object" and has($name)' "${BUILD_DIR}/package.json" >/dev/null 2>&1
}

# script_text NAME
script_text() {
  jq -r --arg name "$1" '.scripts[$name] // empty' "${BUILD_DIR}/package.json" 2>/dev/null || true
}
