import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BUBBLEWRAP_TOOLS, byBubblewrap } from "./bubblewrap.ts";
import type { Confinement, ConfinementKind } from "./confinement.ts";
import { FoundBefore, type Found } from "./found-before.ts";
import { refusesLowPorts } from "./low-ports.ts";
import type { SeenOptions } from "./seen.ts";
import { findTools } from "./tools.ts";
import { tryOut } from "./trial.ts";
import { unconfined } from "./unconfined.ts";
import { whyRefused } from "./why-refused.ts";
import { byUnshare, UNSHARE_TOOLS } from "./unshare.ts";

export interface FindConfinement {
  /** The user's own folder, where rooms are built (`Places.root`). It is made; who is shut in sees nothing of it. */
  readonly root: string;
  /** The only kind to be tried, as DYNOSIM_CONFINEMENT says; undefined: the best that works. */
  readonly prefer?: ConfinementKind | undefined;
  /** Where programs are looked for before the usual folders. */
  readonly path?: string | undefined;
}

/** What DYNOSIM_CONFINEMENT may say, best first. */
export const CONFINEMENT_KINDS: readonly ConfinementKind[] = ["unshare", "bubblewrap", "none"];

/** Each kind is really tried, in order; the first that does what it should is it. */
export async function findConfinement({ root, prefer, path }: FindConfinement): Promise<Confinement> {
  if (process.platform !== "linux") return open("only Linux shuts processes in without a container engine");
  if (prefer === "none") return open("DYNOSIM_CONFINEMENT is none");
  mkdirSync(join(root, "stage"), { recursive: true, mode: 0o700 });
  const before = new FoundBefore(root, [prefer, path, homedir()]);
  const remembered = before.recall();
  const again = remembered && buildAgain(remembered, root, path);
  if (again) return again;
  const reasons: string[] = [];
  for (const kind of prefer === undefined ? CONFINEMENT_KINDS.filter((any) => any !== "none") : [prefer]) {
    const found = await tryKind(kind, root, path);
    if (typeof found !== "string") {
      const reason = reasons.length === 0 ? found.reason : reasons.join("; ");
      const { overlays, limitsProcesses, refusesLowPorts: refuses } = found;
      before.keep({ kind, overlays, limitsProcesses, refusesLowPorts: refuses, reason });
      return { ...found, reason };
    }
    reasons.push(`${kind}: ${found}`);
  }
  return open([...reasons, whyRefused() ?? []].flat().join("; "));
}

async function open(reason: string): Promise<Confinement> {
  return unconfined({ refusesLowPorts: await refusesLowPorts(false), reason });
}

/** As it was found; undefined when a program that it needs has gone. */
function buildAgain(
  { kind, reason, ...found }: Found,
  root: string,
  path: string | undefined,
): Confinement | undefined {
  const build = builderOf(kind, { root, hidden: [root], kept: [homedir()] }, path);
  return typeof build === "string" ? undefined : { ...build(found), reason };
}

/** What it can do here; else why it cannot. */
async function tryKind(
  kind: Exclude<ConfinementKind, "none">,
  root: string,
  path: string | undefined,
): Promise<Confinement | string> {
  const build = builderOf(kind, { root, hidden: [root], kept: [homedir()] }, path);
  if (typeof build === "string") return build;
  const hoped = { limitsProcesses: true, refusesLowPorts: true };
  const layered = await tryOut(build({ ...hoped, overlays: true }), root);
  const plain = layered.works ? layered : await tryOut(build({ ...hoped, overlays: false }), root);
  if (!plain.works) return plain.reason;
  const { limitsProcesses } = plain;
  return build({ overlays: layered.works, limitsProcesses, refusesLowPorts: await refusesLowPorts(true) });
}

type Build = (found: { [key in "overlays" | "limitsProcesses" | "refusesLowPorts"]: boolean }) => Confinement;

function builderOf(
  kind: Exclude<ConfinementKind, "none">,
  options: SeenOptions & { readonly root: string },
  path: string | undefined,
): Build | string {
  switch (kind) {
    case "unshare": {
      const tools = findTools(UNSHARE_TOOLS, path);
      return tools.ok
        ? (found) => byUnshare({ ...options, tools: tools.value }, found)
        : missing(tools.failure);
    }
    case "bubblewrap": {
      const tools = findTools(BUBBLEWRAP_TOOLS, path);
      return tools.ok
        ? (found) => byBubblewrap({ ...options, tools: tools.value }, found)
        : missing(tools.failure);
    }
  }
}

function missing(names: readonly string[]): string {
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} not installed`;
}
