import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENTS } from "./clients.ts";
import { Project, type RunningApp } from "./rig.ts";

describe.each(["chat-express", "chat-fastapi"])("%s: a page and a WebSocket on one port", (program) => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = Project.copyOf(`test/journey/programs/${program}`);
    app = await project.up();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  it.each(Object.entries(CLIENTS))("%s over HTTP", async (_name, client) => {
    await client({ url: `${app.url}/`, ca: undefined });
  });

  it("logs a WebSocket once, when it has ended", async () => {
    const line = await app.logged('path="/chat"');
    expect(line).toMatch(
      /^heroku\[router\]: at=info method=GET path="\/chat" host=localhost .* status=101 bytes=\d+ /,
    );
  });
});
