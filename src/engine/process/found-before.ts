import { createHash } from "node:crypto";
import { readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfinementKind } from "./confinement.ts";
import { SETTINGS } from "./why-refused.ts";

/** What was found by trying: enough to have it again. */
export interface Found {
  readonly kind: Exclude<ConfinementKind, "none">;
  readonly overlays: boolean;
  readonly limitsProcesses: boolean;
  readonly refusesLowPorts: boolean;
  /** Why nothing better; undefined for the best. */
  readonly reason: string | undefined;
}

/**
 * What was found stays true while the machine is in the same state: trying costs each start as much as a dyno's own. Only what
 * worked is kept; where nothing did, somebody may have mended it.
 */
export class FoundBefore {
  readonly #file: string;
  readonly #state: string;

  /** `asked`: whatever else the finding depends on. */
  constructor(root: string, asked: readonly unknown[]) {
    this.#file = join(root, "confinement.json");
    this.#state = createHash("sha256")
      .update(JSON.stringify([FORMAT, machineState(), asked]))
      .digest("hex");
  }

  recall(): Found | undefined {
    try {
      const { state, found } = JSON.parse(readFileSync(this.#file, "utf8")) as Note;
      return state === this.#state ? found : undefined;
    } catch {
      return undefined;
    }
  }

  /** Nobody needs it: where it cannot be written, the next start tries again. */
  keep(found: Found): void {
    const note: Note = { state: this.#state, found };
    try {
      writeFileSync(`${this.#file}.${process.pid}`, JSON.stringify(note), { mode: 0o600 });
      renameSync(`${this.#file}.${process.pid}`, this.#file);
    } catch {
      return;
    }
  }
}

interface Note {
  readonly state: string;
  readonly found: Found;
}

/** Another one for each change of what is tried. */
const FORMAT = 1;

/** This boot, the namespaces that this process lives in, who it is and what it may, and the kernel's settings that matter. */
function machineState(): readonly (string | undefined)[] {
  return [
    textOf("/proc/sys/kernel/random/boot_id"),
    ...["user", "mnt", "pid"].map((namespace) => linkOf(`/proc/self/ns/${namespace}`)),
    String(process.getuid?.()),
    ...rights(),
    ...SETTINGS.map(([name]) => textOf(`/proc/sys/${name.replaceAll(".", "/")}`)),
    textOf("/proc/sys/net/ipv4/ip_unprivileged_port_start"),
  ];
}

/**
 * An editor's terminal, or a service, may be allowed less than another program of the same user's: by its AppArmor profile, a
 * filter of system calls, or capabilities.
 */
function rights(): readonly (string | undefined)[] {
  const held = textOf("/proc/self/status")?.split("\n") ?? [];
  return [
    textOf("/proc/self/attr/current"),
    ...held.filter((line) => /^(?:Cap(?:Eff|Bnd)|NoNewPrivs|Seccomp(?:_filters)?):/.test(line)),
  ];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
