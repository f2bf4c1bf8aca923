# shellcheck shell=bash
# Reads data/versions.json without a JSON parser, which a stack image need not have: the file holds one
# "key": "value" per line, and a test compares this reading with a real parser's.

# known KEY: prints the value, or nothing.
known() {
  local key="${1//./\\.}"
  sed -nE "s/^ *\"${key}\": \"([^\"]*)\",?$/\1/p" "${BUILDPACK_DIR}/data/versions.json"
}

# version_below A B: both plain versions of equally many parts (N.N or N.N.N).
version_below() {
  local -a a b
  local index
  IFS=. read -ra a <<<"$1"
  IFS=. read -ra b <<<"$2"
  for index in "${!a[@]}"; do
    # By length, then as text: a number of 30 digits does not fit into shell arithmetic.
    if ((${#a[index]} != ${#b[index]})); then
      ((${#a[index]} < ${#b[index]}))
      return
    elif [[ "${a[index]}" != "${b[index]}" ]]; then
      [[ "${a[index]}" < "${b[index]}" ]]
      return
    fi
  done
  return 1
}

# 3.13.4 -> 3.13
minor_of() {
  [[ "$1" =~ ^[0-9]+\.[0-9]+ ]]
  printf '%s\n' "${BASH_REMATCH[0]}"
}
