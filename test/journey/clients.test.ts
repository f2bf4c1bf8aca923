import { readFileSync } from "node:fs";
import { join } from "node:path";
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

  it.each(Object.entries(CLIENTS))("%s over HTTPS", async (_name, client) => {
    const file = join(project.state, "dynosim/certificates/ca.pem");
    // made when somebody first speaks TLS
    await fetch(app.url.replace("http:", "https:")).catch(() => {});
    await client({
      url: `${app.url.replace("http:", "https:")}/`,
      ca: { file, text: readFileSync(file, "utf8") },
    });
  });

  it("logs a WebSocket once, when it has ended", async () => {
    const line = await app.logged('path="/chat"');
    expect(line).toMatch(
      /^heroku\[router\]: at=info method=GET path="\/chat" host=localhost .* status=101 bytes=\d+ /,
    );
  });
});
