import type { CommandRow } from "./command-row.ts";
import { JSON_OUT } from "./options.ts";

type Load = CommandRow["load"];

/** Commands on app features: each under Heroku's two topics. heroku-cli.md 2 */
export const FEATURE_COMMANDS: readonly CommandRow[] = [
  ...topic("features", "app features", "preboot", {
    list: async () => (await import("../commands/features.ts")).features,
    info: async () => (await import("../commands/features.ts")).featuresInfo,
    enable: async () => (await import("../commands/features.ts")).featuresEnable,
    disable: async () => (await import("../commands/features.ts")).featuresDisable,
  }),
  ...topic("labs", "experimental features", "log-runtime-metrics", {
    list: async () => (await import("../commands/features.ts")).labs,
    info: async () => (await import("../commands/features.ts")).labsInfo,
    enable: async () => (await import("../commands/features.ts")).labsEnable,
    disable: async () => (await import("../commands/features.ts")).labsDisable,
  }),
];

function topic(
  name: string,
  what: string,
  sample: string,
  load: Readonly<Record<"list" | "info" | "enable" | "disable", Load>>,
): readonly CommandRow[] {
  const one = { app: true, arguments: "[feature]" } as const;
  return [
    {
      name,
      summary: `list the ${what}`,
      options: [JSON_OUT],
      app: true,
      example: `dynosim ${name}`,
      load: load.list,
    },
    {
      ...one,
      name: `${name}:info`,
      summary: `tell about one of the ${what}`,
      options: [JSON_OUT],
      example: `dynosim ${name}:info ${sample}`,
      load: load.info,
    },
    {
      ...one,
      name: `${name}:enable`,
      summary: `turn one of the ${what} on`,
      example: `dynosim ${name}:enable ${sample}`,
      load: load.enable,
    },
    {
      ...one,
      name: `${name}:disable`,
      summary: `turn one of the ${what} off`,
      example: `dynosim ${name}:disable ${sample}`,
      load: load.disable,
    },
  ];
}
