import { fail, ok, type Result } from "../kernel/result.ts";
import type { Port } from "../kernel/units.ts";
import type { Router } from "../router/router.ts";
import type { PlatformFailure } from "./failure.ts";

/** design.md 5, ports: 5000, then 5006 (macOS keeps 5000 for itself), then whatever is free. */
const FIRST_CHOICES: readonly number[] = [5000, 5006, 0];

/** Opens the router on the loopback addresses. A port that was asked for is taken or refused, never replaced. */
export async function listen(router: Router, wanted: number | undefined): Promise<Result<Port, PlatformFailure>> {
  const choices = wanted === undefined ? FIRST_CHOICES : [wanted];
  for (const port of choices) {
    const listening = await router.listen(["127.0.0.1", "::1"], port);
    if (listening.ok) return ok(listening.value);
  }
  return fail({ kind: "port-taken", port: choices.at(-1) ?? 0, what: "router" });
}
