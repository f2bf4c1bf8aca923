import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ENGINE, leftInEngine } from "./in-engine.ts";
import { Project, temporaryFiles } from "./rig.ts";

it("the Dash app: serves, keeps a file as long as its dyno lives, and leaves nothing behind", async () => {
  await using project = Project.example("dash-app");
  const temporaryBefore = temporaryFiles();
  const app = await project.up();
  const page = await app.fetch("/");
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Dash");
  const layout = await (await app.fetch("/_dash-layout")).text();
  expect(layout).toContain("Dash on dynosim");

  await app.fetch("/visits", { method: "POST" });
  expect(await (await app.fetch("/visits")).text()).toBe("somebody was here\n");
  const listing = await app.dynosim("run", "ls");
  expect(listing.exitCode).toBe(0);
  expect(listing.stdout.split("\n")).toContain("app.py");
  expect(listing.stdout).not.toContain("visits.txt");

  expect((await app.dynosim("ps:restart")).exitCode).toBe(0);
  await app.noticed(/web\.1 stopped, and these files went with it: .*visits\.txt/);
  expect(await (await app.fetch("/visits")).text()).toBe("nobody yet\n");

  const { instance } = JSON.parse(readFileSync(join(project.folder, ".dynosim/state.json"), "utf8")) as {
    instance: string;
  };
  expect((await leftInEngine(instance)).length).toBeGreaterThan(0);
  expect((await app.dynosim("down")).exitCode).toBe(0);
  expect((await app.ended).exitCode).toBe(0);
  expect(await leftInEngine(instance)).toEqual([]);
  expect(readdirSync(join(project.folder, ".dynosim")).toSorted()).toEqual([
    ".gitignore",
    "sent-source",
    // what an image has is read once; a slug that lies on the disk is looked at itself
    ...(ENGINE === "docker" ? ["slug-files"] : []),
    "slug-trees",
    "state.json",
    "state.previous.json",
  ]);
  expect(temporaryFiles()).toEqual(temporaryBefore);
});
