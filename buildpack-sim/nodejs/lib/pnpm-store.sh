# shellcheck shell=bash
# pnpm's store grows with every version of every dependency, so now and then what nothing refers to is taken out of it:
# on Heroku, after this many builds.

readonly BUILDS_BETWEEN_CLEANINGS=40

clean_pnpm_store() {
  local file="${CACHE_DIR}/pnpm_prune_store_counter" left
  left="$(cat -- "${file}" 2>/dev/null || true)"
  if [[ ! "${left}" =~ ^[0-9]{1,3}$ ]]; then
    left="${BUILDS_BETWEEN_CLEANINGS}"
  fi
  if ((left == 0)); then
    line 'Cleaning up pnpm store'
    prune_pnpm_store
    left=$((BUILDS_BETWEEN_CLEANINGS + 1))
  fi
  printf '%s\n' "$((left - 1))" >"${file}"
}

# pnpm before 9.12 takes an empty store for an error.
prune_pnpm_store() {
  if ! pnpm store prune </dev/null >"${TOOL_LOG}" 2>&1 && ! logged 'ENOENT.*scandir'; then
    indent <"${TOOL_LOG}"
    fail unknown-install-dependencies-error <<'TEXT'
Error: pnpm's store could not be cleaned.

'pnpm store prune' failed; its output is above.
TEXT
  fi
}
