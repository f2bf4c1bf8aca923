import type { Ground } from "./ground.ts";
import type { SlugStore } from "./slug-store.ts";
import type { ScriptForm } from "./terminal.ts";

export interface DynoTools extends Ground {
  readonly slugs: SlugStore;
  /** How a terminal is made here; rejects where it cannot be. */
  readonly script: () => Promise<ScriptForm>;
}
