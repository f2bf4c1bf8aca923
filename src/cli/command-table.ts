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

/** Every command there is, in the order of the help. design.md 5 */
export const COMMANDS: readonly CommandRow[] = [
  ...SERVING,
  ...DYNOS,
  ...RECORDS,
  ...REQUESTS,
  ...BUILDPACKS,
  ...FEATURE_COMMANDS,
  ...ROUTING,
  ...TIME,
  ...CERTIFICATES,
  ...MACHINE,
];
