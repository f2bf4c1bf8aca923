import type { Ground } from "./ground.ts";
import type { SlugStore } from "./slug-store.ts";
import type { ScriptForm } from "./terminal.ts";
import type { Watch } from "./watch.ts";

export interface DynoTools extends Ground {
  readonly slugs: SlugStore;
  /** Over the limits that no kernel holds. */
  readonly watch: Watch;
  /** How a terminal is made here; rejects where it cannot be. */
  readonly script: () => Promise<ScriptForm>;
}
