import { expect, it } from "vitest";
import { Project } from "./rig.ts";

it("express-uploads: a picture lasts as long as its dyno, and the loss is told", async () => {
  await using project = Project.example("express-uploads");
  const app = await project.up();
  expect(app.stderr).toContain("-----> Node.js app detected\n");
  expect(app.stderr).toContain("       Default types for buildpack -> web\n");
  expect(app.stderr).not.toContain("No Procfile");
  expect(app.platformLog("web.1")).toContain("Starting process with command `npm start`");

  const form = new FormData();
  form.set("picture", new Blob([new Uint8Array(2000)], { type: "image/png" }), "me.png");
  const sent = await app.fetch("/users/ann/picture", { method: "POST", body: form });
  expect({ status: sent.status, text: await sent.text() }).toEqual({
    status: 201,
    text: "saved 2000 bytes\n",
  });
  expect(await (await app.fetch("/")).json()).toEqual(["ann.png"]);
  expect((await (await app.fetch("/pictures/ann.png")).arrayBuffer()).byteLength).toBe(2000);

  // Another dyno of the same slug, which has never seen the picture; and what the slug gives it.
  const other = await app.dynosim(
    "run",
    "ls -d assets; node -v; npm -v; command -v node; echo $NODE_ENV $NODE_HOME $WEB_CONCURRENCY ${NODE_OPTIONS:-none}",
  );
  expect(other.stdout + other.stderr).toContain("cannot access 'assets'");
  expect(other.stdout).toMatch(
    /v24\.\d+\.\d+\n\d+\.\d+\.\d+\n\/app\/\.heroku\/node\/bin\/node\nproduction \/app\/\.heroku\/node 1 none/,
  );

  expect((await app.dynosim("ps:restart")).exitCode).toBe(0);
  await app.noticed(
    /^web\.1 stopped, and these files went with it: \/app\/assets\/profilepictures\/ann\.png \(added\)\. /m,
  );
  expect(await (await app.fetch("/")).json()).toEqual([]);
});
