import type { DynoWorld } from "../dyno/world.ts";
import { STACK } from "../heroku/stacks.ts";
import type { App } from "./app.ts";
import type { AppHours } from "./app-hours.ts";
import type { AppFacts } from "./platform.ts";

/** Where the facts about an app are. */
export interface FactSources {
  readonly app: App;
  readonly hours: Pick<AppHours, "tier">;
  readonly version: string;
  /** undefined: no router runs. */
  readonly webUrl: string | undefined;
  readonly world: Pick<DynoWorld, "enforcement">;
}

export function appFacts({ app, hours, version, webUrl, world }: FactSources): AppFacts {
  return {
    instance: app.state.instance,
    name: app.name,
    folder: app.folder,
    createdAt: app.state.createdAt,
    // asked of git, which takes longer than all else here: by those who want it
    get owner() {
      return app.user;
    },
    era: app.era.name,
    switches: app.state.switches,
    stack: STACK,
    webUrl,
    controlUrl: undefined,
    slugSize: app.history.current?.slug?.size,
    processTier: hours.tier,
    maintenance: app.state.maintenance,
    enforcement: world.enforcement,
    dynosimVersion: version,
    pid: process.pid,
  };
}
