import type { CommandRow, OptionRow } from "./command-row.ts";
import { JSON_OUT } from "./options.ts";

const INDEX: OptionRow = ["-i, --index <index>", "its place in the list, from 1"];

/** What builds the app. */
export const BUILDPACKS: readonly CommandRow[] = [
  {
    name: "buildpacks",
    summary: "list the app's buildpacks: those that were set, or what the first build found",
    options: [JSON_OUT],
    app: true,
    example: "dynosim buildpacks",
    load: async () => (await import("../commands/buildpacks.ts")).buildpacks,
  },
  {
    name: "buildpacks:add",
    arguments: "[buildpack]",
    summary: "add one, last or before the one at --index: a name, a folder, a .tgz, or a git URL with #ref",
    options: [INDEX, JSON_OUT],
    app: true,
    example: "dynosim buildpacks:add heroku-community/apt --index 1",
    load: async () => (await import("../commands/buildpacks.ts")).buildpacksAdd,
  },
  {
    name: "buildpacks:set",
    arguments: "[buildpack]",
    summary: "set one in the place of the first, or of the one at --index",
    options: [INDEX, JSON_OUT],
    app: true,
    example: "dynosim buildpacks:set https://github.com/heroku/heroku-buildpack-nginx#v1",
    load: async () => (await import("../commands/buildpacks.ts")).buildpacksSet,
  },
  {
    name: "buildpacks:remove",
    arguments: "[buildpack]",
    summary: "remove one, by its name or its --index",
    options: [INDEX, JSON_OUT],
    app: true,
    example: "dynosim buildpacks:remove --index 2",
    load: async () => (await import("../commands/buildpacks.ts")).buildpacksRemove,
  },
  {
    name: "buildpacks:clear",
    summary: "remove all; the next build detects",
    options: [JSON_OUT],
    app: true,
    example: "dynosim buildpacks:clear",
    load: async () => (await import("../commands/buildpacks.ts")).buildpacksClear,
  },
];
