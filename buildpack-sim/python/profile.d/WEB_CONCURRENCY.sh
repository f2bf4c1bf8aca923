# shellcheck shell=bash
# Sets WEB_CONCURRENCY to a number of worker processes that fits the dyno: 256 MB for each, at most two per core and one
# more. Sourced when a dyno boots; leaves no function and no variable behind but those that it exports.

__say() {
  if [[ "${DYNO:-}" == web.* ]]; then
    echo "Python buildpack: $1" >&2
  fi
}

# Prints whole MB, or nothing if there is no limit to be found. Above 1 TB is "no limit" in this file.
__memory_mb() {
  local file=/sys/fs/cgroup/memory/memory.limit_in_bytes bytes
  if [[ -r "$file" ]]; then
    bytes="$(<"$file")"
    if [[ "$bytes" =~ ^[0-9]+$ ]] && ((${#bytes} < 14 && bytes <= 1099511627776)); then
      echo "$((bytes / 1048576))"
    fi
  fi
}

__set_web_concurrency() {
  local memory cores by_memory by_cores
  memory="$(__memory_mb)"
  if [[ -z "$memory" ]]; then
    __say "Couldn't determine available memory. Skipping automatic configuration of WEB_CONCURRENCY."
    return 0
  fi
  if ! cores="$(nproc 2>/dev/null)" || [[ -z "$cores" ]]; then
    __say "Couldn't determine number of CPU cores. Skipping automatic configuration of WEB_CONCURRENCY."
    return 0
  fi
  __say "Detected $memory MB available memory and $cores CPU cores."
  export DYNO_RAM="$memory"

  if [[ -v WEB_CONCURRENCY ]]; then
    __say "Skipping automatic configuration of WEB_CONCURRENCY since it's already set."
    return 0
  fi
  by_memory=$((memory / 256 > 1 ? memory / 256 : 1))
  by_cores=$((cores * 2 + 1))
  export WEB_CONCURRENCY_SET_BY=heroku/python
  if ((by_memory < by_cores)); then
    export WEB_CONCURRENCY="$by_memory"
    __say "Defaulting WEB_CONCURRENCY to $by_memory based on the available memory."
  else
    export WEB_CONCURRENCY="$by_cores"
    __say "Defaulting WEB_CONCURRENCY to $by_cores based on the number of CPU cores."
  fi
}

__set_web_concurrency
unset -f __say __memory_mb __set_web_concurrency
