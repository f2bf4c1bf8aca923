import { describe, expect, it } from "vitest";
import { movedTarget, replaceAppPath, replaceInterpreter } from "../../../src/engine/process/app-path.ts";
import { extentOf } from "../../../src/engine/process/named-files.ts";

const ROOM = "/tmp/dynosim-1000/rooms/web.1-3f/app";

describe("replaceAppPath", () => {
  it.each([
    ["/app", ROOM],
    ["/app\n/app/lib\n", `${ROOM}\n${ROOM}/lib\n`],
    ["PATH=/app/bin:/app/vendor/bin:$PATH", `PATH=${ROOM}/bin:${ROOM}/vendor/bin:$PATH`],
    [`VIRTUAL_ENV='/app/.heroku/python'`, `VIRTUAL_ENV='${ROOM}/.heroku/python'`],
    [`MAPPING = {"shop": "/app/src/shop"}`, `MAPPING = {"shop": "${ROOM}/src/shop"}`],
    [`{"url": "file:///app/src"}`, `{"url": "file://${ROOM}/src"}`],
    ["-I/app/include", "-I/app/include"],
    ["x /app; cd (/app)", `x ${ROOM}; cd (${ROOM})`],
  ])("makes of %j %j", (text, moved) => {
    expect(replaceAppPath(text, ROOM)).toBe(moved);
  });

  it.each([
    "/apps/x",
    "/app-old/x",
    "/app.js",
    "/app_1",
    "src/app/main.ts",
    "./app/x",
    "$HOME/app/x",
    "${HOME}/app/x",
    "$(pwd)/app/x",
    "~/app/x",
    "@/app/x",
    "//app/x",
    "https://example.com/app/login",
    "https://example.com:8000/app/login",
    "/usr/app/x",
  ])("leaves %s alone", (text) => {
    expect(replaceAppPath(text, ROOM)).toBe(text);
  });

  it("takes a path for a path, whatever is in it", () => {
    expect(replaceAppPath("/app/x", "/tmp/$&/app")).toBe("/tmp/$&/app/x");
  });
});

describe("replaceInterpreter", () => {
  const long = `/tmp/${"d".repeat(120)}/app`;

  it.each([
    [
      "#!/app/.heroku/python/bin/python\nopen('/app/x')\n",
      `#!${ROOM}/.heroku/python/bin/python\nopen('/app/x')\n`,
    ],
    ["#! /app/bin/sh -e\n", `#! ${ROOM}/bin/sh -e\n`],
    ["#!/app/bin/x", `#!${ROOM}/bin/x`],
    ["#!/usr/bin/env -S /app/bin/x\n/app\n", `#!/usr/bin/env -S ${ROOM}/bin/x\n/app\n`],
    [
      `#!/bin/sh\n'''exec' /app/bin/python3 "$0" "$@"\n' '''\nopen('/app/x')\n`,
      `#!/bin/sh\n'''exec' ${ROOM}/bin/python3 "$0" "$@"\n' '''\nopen('/app/x')\n`,
    ],
    ["#!/usr/bin/env node\n/app/x\n", "#!/usr/bin/env node\n/app/x\n"],
    ["import '/app/x'\n#!/app/x\n", "import '/app/x'\n#!/app/x\n"],
    ["", ""],
  ])("makes of %j %j", (text, moved) => {
    expect(replaceInterpreter(text, ROOM)).toBe(moved);
  });

  it.each([
    ["#!/app/bin/python3.13\nx\n", `#!/bin/sh\n'''exec' ${long}/bin/python3.13 "$0" "$@"\n' '''\nx\n`],
    ["#!/app/bin/python -u\n", `#!/bin/sh\n'''exec' ${long}/bin/python -u "$0" "$@"\n' '''\n`],
    ["#!/app/bin/node\nx\n", `#!/bin/sh\n":" //; exec ${long}/bin/node "$0" "$@"\nx\n`],
    ["#!/app/bin/ruby\nx\n", `#!${long}/bin/ruby\nx\n`],
  ])("says %j to the shell where the kernel would cut it off", (text, moved) => {
    expect(process.platform === "darwin" ? moved : replaceInterpreter(text, long)).toBe(moved);
  });
});

describe("movedTarget", () => {
  it.each([
    ["/app", ROOM],
    ["/app/lib/x", `${ROOM}/lib/x`],
    ["/apps/x", undefined],
    ["../app/x", undefined],
    ["/usr/bin/python3", undefined],
  ])("of %s is %s", (target, moved) => {
    expect(movedTarget(target, "/app", ROOM)).toBe(moved);
  });
});

describe("extentOf", () => {
  it.each([
    ".profile",
    ".profile.d/python.sh",
    ".heroku/python/pyvenv.cfg",
    ".heroku/python/bin/activate.fish",
    ".heroku/python/bin/gunicorn",
    ".heroku/python/lib/python3.13/site-packages/shop.pth",
    ".heroku/python/lib/python3.13/site-packages/shop.egg-link",
    ".heroku/python/lib/python3.13/site-packages/__editable___shop_1_0_finder.py",
    ".heroku/python/lib/python3.13/site-packages/shop-1.0.dist-info/direct_url.json",
    "venv/bin/activate",
    "web/node_modules/.bin/vite",
    ".apt/usr/lib/x86_64-linux-gnu/pkgconfig/cairo.pc",
    ".heroku/nginx/nginx.conf",
  ])("takes the whole of %s", (path) => {
    expect(extentOf(path)).toBe("whole");
  });

  it.each([
    "serve.py",
    "src/.profile",
    "bin/serve",
    "config/app.conf",
    "node_modules/express/index.js",
    ".heroku/python/lib/python3.13/site-packages/werkzeug/wrappers/request.py",
    ".heroku/node/lib/node_modules/npm/README.md",
    ".heroku/php/node_modules/x/index.js",
  ])("asks only who runs %s", (path) => {
    expect(extentOf(path)).toBe("interpreter");
  });
});
