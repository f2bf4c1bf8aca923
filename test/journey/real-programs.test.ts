import { expect, it } from "vitest";
import { rotatingSlice } from "../rotating-slice.ts";
import { FASTAPI, PROGRAMS } from "./real-programs.ts";
import { Project } from "./rig.ts";

it.each([FASTAPI, ...rotatingSlice(PROGRAMS, 2)])("$name", async ({ folder, says, answers, dyno, asks }) => {
  await using project = Project.copyOf(folder);
  await using app = await project.up();
  expectInOrder(app.stderr, says);
  for (const [path, parts] of Object.entries(answers)) {
    const answer = await app.fetch(path);
    const body = await answer.text();
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    for (const part of parts) expect(body).toMatch(part);
  }
  if (dyno) expect((await app.dynosim("run", dyno.command)).stdout).toMatch(dyno.prints);
  await asks?.(app);
});

function expectInOrder(text: string, parts: readonly (string | RegExp)[]): void {
  let rest = text;
  for (const part of parts) {
    const found = typeof part === "string" ? rest.indexOf(part) : rest.search(part);
    expect(found, `${String(part)} is missing from, or too early in\n${text}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(found + 1);
  }
}
