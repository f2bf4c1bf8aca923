import type { CommandRow } from "./command-row.ts";
import { ENGINE, JSON_OUT } from "./options.ts";

/** Commands on this machine and what dynosim keeps on it. */
export const MACHINE: readonly CommandRow[] = [
  {
    name: "apps",
    aliases: ["list"],
    summary: "list the apps that are up on this machine",
    options: [JSON_OUT],
    app: false,
    example: "dynosim apps",
    load: async () => (await import("../commands/apps.ts")).apps,
  },
  {
    name: "info",
    aliases: ["apps:info"],
    summary: "tell what is known of the app",
    options: [ENGINE, JSON_OUT],
    app: true,
    example: "dynosim info --json",
    load: async () => (await import("../commands/info.ts")).info,
  },
  {
    name: "doctor",
    summary: "tell whether this machine has what dynosim needs",
    options: [ENGINE, JSON_OUT],
    app: true,
    example: "dynosim doctor",
    load: async () => (await import("../commands/doctor.ts")).doctor,
  },
  {
    name: "images",
    arguments: "[build-or-rm] [minor]",
    summary: "list the stack images; `images build 3.13` makes a pair, `images rm 3.13` removes it",
    options: [ENGINE, JSON_OUT],
    app: true,
    example: "dynosim images build 3.13",
    load: async () => (await import("../commands/images.ts")).images,
  },
  {
    name: "clean",
    summary: "remove what is kept between runs",
    options: [
      ["--all", "of every app of this machine that is not up, and the stack images"],
      ["--dry-run", "only tell what would go"],
      ENGINE,
      JSON_OUT,
    ],
    app: true,
    example: "dynosim clean --all --dry-run",
    load: async () => (await import("../commands/clean.ts")).clean,
  },
  {
    name: "version",
    summary: "print the version",
    app: false,
    example: "dynosim version",
    load: async () => (await import("../commands/version.ts")).version,
  },
];
