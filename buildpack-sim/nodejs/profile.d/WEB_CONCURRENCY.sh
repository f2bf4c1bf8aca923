# shellcheck shell=bash
# Sets WEB_CONCURRENCY to a number of processes that fits the dyno's memory; processors play no part. Sourced when a dyno
# boots; leaves no function and no variable behind but those that it exports. All three variables can be set by the app.

# Whole MB of the dyno. No dyno type has more than 129024, and no limit at all is a huge number in this file.
__memory_mb() {
  local file=/sys/fs/cgroup/memory/memory.limit_in_bytes most=129024 bytes=
  if [[ ! -e "$file" ]]; then
    echo 512
    return
  fi
  bytes="$(<"$file")"
  if ((${#bytes} > 15 || bytes / 1048576 > most)); then
    echo "$most"
  else
    echo "$((bytes / 1048576))"
  fi
}

__set_web_concurrency() {
  local processes
  export MEMORY_AVAILABLE="${MEMORY_AVAILABLE-$(__memory_mb)}"
  export WEB_MEMORY="${WEB_MEMORY-$((MEMORY_AVAILABLE > 16384 ? 2048 : 512))}"

  # An empty one counts as unset, unlike in the Python buildpack.
  if [[ -z "${WEB_CONCURRENCY:-}" ]]; then
    processes=$((WEB_MEMORY > 0 ? MEMORY_AVAILABLE / WEB_MEMORY : 0))
    if ((processes > 200)); then
      processes=1
      cat <<'TEXT'
Could not determine a reasonable value for WEB_CONCURRENCY.
There seem to be more than 200 times WEB_MEMORY available, which no dyno has.
WEB_CONCURRENCY has been set to 1. Set a config var if your app needs another.

TEXT
    fi
    export WEB_CONCURRENCY=$((processes < 1 ? 1 : processes))
    export WEB_CONCURRENCY_SET_BY=heroku/nodejs
  fi
  if [[ "${LOG_CONCURRENCY:-}" == true ]]; then
    echo "Detected $MEMORY_AVAILABLE MB available memory, $WEB_MEMORY MB limit per process (WEB_MEMORY)"
    echo "Recommending WEB_CONCURRENCY=$WEB_CONCURRENCY"
  fi
}

__set_web_concurrency
unset -f __memory_mb __set_web_concurrency
