import type { AppLabel } from "../engine/app-label.ts";
import type { LaunchSpec } from "../engine/engine.ts";
import type { Attach } from "../engine/launched.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import { OPEN_FILES } from "../heroku/limits.ts";
import type { DynoName, ImageId } from "../heroku/names.ts";
import type { Port } from "../kernel/units.ts";
import { cpuCap, killThreshold, type Enforcement } from "./enforcement.ts";

/** What a dyno is to run: one release's view of one process type. A later release brings another plan. */
export interface DynoPlan {
  readonly label: AppLabel;
  readonly image: ImageId;
  readonly releaseVersion: number;
  /** As in the Procfile. */
  readonly command: string;
  readonly configVars: Readonly<Record<string, string>>;
  /** What the dyno is told of itself, where the app has it so. heroku.md 5.2 */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly type: DynoType;
  /** Listens on $PORT and is reached by the router. */
  readonly web: boolean;
  readonly attach: Attach | undefined;
}

/** A life that is to begin. */
export interface Launching {
  readonly name: DynoName;
  readonly id: string;
  readonly port: Port | undefined;
}

/** heroku.md 1.1, 1.4, 5.2 */
export function launchSpec(
  { name, id, port }: Launching,
  plan: DynoPlan,
  enforcement: Enforcement,
): LaunchSpec {
  return {
    label: plan.label,
    dyno: name,
    image: plan.image,
    env: {
      ...plan.configVars,
      ...metadataEnv(plan.metadata, id),
      ...terminalEnv(plan.attach),
      DYNO: name,
      HOME: "/app",
    },
    command: plan.command,
    quota: plan.type.memory,
    killAt: killThreshold(plan.type, enforcement),
    processes: plan.type.processes,
    openFiles: OPEN_FILES,
    cores: plan.type.cores,
    cpus: cpuCap(plan.type, enforcement),
    port,
    attach: plan.attach,
  };
}

/** A dyno that is told of its release is told its own id too. heroku.md 5.2 */
function metadataEnv(metadata: DynoPlan["metadata"] = {}, id: string): Readonly<Record<string, string>> {
  return Object.hasOwn(metadata, "HEROKU_APP_ID") ? { ...metadata, HEROKU_DYNO_ID: id } : metadata;
}

function terminalEnv(attach: Attach | undefined): Readonly<Record<string, string>> {
  if (attach?.kind !== "terminal") return {};
  return { TERM: attach.term, COLUMNS: String(attach.columns), LINES: String(attach.rows) };
}

/** The start line shows $PORT filled in and every other variable as written. heroku.md 2.8 */
export function shownCommand(command: string, port: Port | undefined): string {
  return port === undefined ? command : command.replace(/\$PORT\b|\$\{PORT\}/g, String(port));
}
