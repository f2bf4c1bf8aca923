import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

/** Two engines, and one was meant. */
export function explainChoice(
  failure: Extract<PlatformFailure, { kind: "bad-engine" | "slug-elsewhere" }>,
): Explanation {
  switch (failure.kind) {
    case "bad-engine":
      return {
        title: `DYNOSIM_ENGINE is ${JSON.stringify(failure.text)}.`,
        body: "It is docker, process or auto, which takes containers where an engine for them answers, and processes of this machine where none does.",
        next: "Correct it, or leave the choice to dynosim: unset DYNOSIM_ENGINE",
        exitCode: 2,
      };
    case "slug-elsewhere": {
      const { version, origin } = failure;
      const [built, runs] =
        origin === "docker"
          ? ["in a container", "as processes of this machine"]
          : ["without containers", "in containers"];
      return {
        title: `The slug of v${version} was built ${built}, and this app runs ${runs}.`,
        body: "Each engine runs only what was built with it.",
        next: `Use the other engine for it: --engine ${origin}. To have it with this one, check out the commit of that release and run dynosim up: it is built anew.`,
        exitCode: 1,
      };
    }
    default:
      return assertNever(failure);
  }
}
