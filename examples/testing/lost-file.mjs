// Run by: node --test lost-file.mjs (node's own test runner, on a Node without `await using`)
import assert from "node:assert/strict";
import { test } from "node:test";
import { createDynosim } from "dynosim/testing";

test("a file lasts as long as its dyno", async (t) => {
  const app = await createDynosim({ folder: "app" });
  t.after(() => app.close());
  await app.fetch("/", { method: "POST", body: "remember me" });
  assert.equal(await (await app.fetch("/")).text(), "remember me");
  assert.match((await app.run("ls")).stdout, /^server\.py$/m);

  await app.restart("web.1");
  assert.equal(await (await app.fetch("/")).text(), "nothing yet\n");
  await app.notices.waitFor("web.1 stopped, and these files went with it: /app/notes.txt");
});
