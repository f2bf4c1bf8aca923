import type { CommandRow } from "./table/command-row.ts";
import { BUILDPACKS } from "./table/buildpacks.ts";
import { CERTIFICATES } from "./table/certificates.ts";
import { DYNOS } from "./table/dynos.ts";
import { FEATURE_COMMANDS } from "./table/features.ts";
import { MACHINE } from "./table/machine.ts";
import { RECORDS } from "./table/records.ts";
import { REQUESTS } from "./table/requests.ts";
import { ROUTING } from "./table/routing.ts";
import { SERVING } from "./table/serving.ts";
import { TIME } from "./table/time.ts";

export interface CommandGroup {
  /** As the help says it. */
  readonly heading: string;
  readonly rows: readonly CommandRow[];
}

/** Every command there is, in the order of the help. design.md 5 */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { heading: "Serve an app:", rows: SERVING },
  { heading: "Dynos:", rows: DYNOS },
  { heading: "Log, config vars and releases:", rows: RECORDS },
  { heading: "Requests and routing:", rows: [...REQUESTS, ...ROUTING, ...CERTIFICATES] },
  { heading: "Sleep and time:", rows: TIME },
  { heading: "Buildpacks:", rows: BUILDPACKS },
  { heading: "Features:", rows: FEATURE_COMMANDS },
  { heading: "This machine:", rows: MACHINE },
];

export const COMMANDS: readonly CommandRow[] = COMMAND_GROUPS.flatMap(({ rows }) => rows);
