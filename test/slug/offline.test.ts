import { describe, expect, it } from "vitest";
import { NOTHING_LENT } from "../../src/engine/fake/fake-build.ts";
import type { Lent } from "../../src/engine/build-box.ts";
import { explain } from "../../src/platform/explain.ts";
import { lentNotices } from "../../src/slug/lent-notices.ts";
import { watchMissing } from "../../src/slug/missing-offline.ts";
import { sourceTroubleIn } from "../../src/slug/source-trouble.ts";
import { build, PACK, SH } from "./compiling.ts";

const APP = { "requirements.txt": "" };

describe("what is missing in an offline build", () => {
  it.each<[tool: string, line: string, what: string]>([
    ["pip", "       ERROR: No matching distribution found for httpx==0.28.1", "httpx==0.28.1"],
    [
      "pip, a URL",
      "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='a.example', port=443): Max",
      "a.example",
    ],
    ["uv", "error: Failed to download `flask==3.1.3`", "flask==3.1.3"],
    ["uv, colours", "  Because \u001b[36mflask\u001b[39m was not found in the cache and", "flask"],
    ["Poetry", "  Unable to find installation candidates for flask (3.1.3)", "flask (3.1.3)"],
    [
      "npm",
      "npm error request to https://r.example/is-odd failed: cache mode is 'only-if-cached' but",
      "https://r.example/is-odd",
    ],
    [
      "a password in an address",
      "fatal: unable to access 'https://me:s3cret@git.example/x/': Could",
      "https://git.example/x/",
    ],
    [
      "our own buildpacks",
      " !     https://r.example/node is not in the cache, and this build is offline",
      "https://r.example/node",
    ],
    ["apt", "       E: Unable to locate package libgl1", "libgl1"],
  ])("is read off what %s says", (_, line, what) => {
    const watch = watchMissing();
    watch.onLine("       nothing of the kind");
    watch.onLine(line);
    watch.onLine(line);
    expect(watch.what).toEqual([what]);
  });

  it("ends the build with a failure of its own, which says why the cache was of no use", async () => {
    const compile = `${SH}echo "-----> Discarding cache since:"; echo "       - The moon has changed"; echo "-----> Next"; echo "       - no reason"; echo "ERROR: No matching distribution found for a==1"; echo "E: Unable to locate package b"; exit 1`;
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/compile": compile }],
      input: { offline: true },
    });
    const failure = {
      kind: "offline-missing",
      what: ["a==1", "b"],
      discarded: ["The moon has changed"],
    } as const;
    expect(result).toEqual({ ok: false, failure });
    expect(explain(failure)).toEqual({
      title: "The offline build lacks 2 things that are not cached.",
      body: "  a==1\n  b\nThe cache cannot be used: The moon has changed.\nOnly what former builds of this app have fetched is at hand. Nothing has been released; what ran before still stands.",
      next: "Build once with a network (the same command without --offline); builds after that have what it fetched.",
      exitCode: 4,
    });
    expect(explain({ kind: "offline-missing", what: ["the image x"] }).title).toBe(
      "The offline build lacks the image x.",
    );
  });

  it("is no matter where something else failed, or where there is a network", async () => {
    const failing = { ...PACK, "bin/compile": `${SH}echo broken; exit 1` };
    const naming = { ...PACK, "bin/compile": `${SH}echo "E: Unable to locate package b"; exit 1` };
    const offline = await build({ app: APP, packs: [failing], input: { offline: true } });
    const online = await build({ app: APP, packs: [naming] });
    for (const { result } of [offline, online])
      expect(result).toMatchObject({ ok: false, failure: { kind: "compile-failed" } });
  });

  it("the box has no network, and buildpacks know", async () => {
    const compile = `${SH}echo "offline: $DYNOSIM_OFFLINE"`;
    const packs = [{ ...PACK, "bin/compile": compile }];
    const { lines, engine } = await build({ app: APP, packs, input: { offline: true } });
    expect(engine.boxes[0]?.spec.offline).toBe(true);
    expect(lines).toContain("offline: 1");
    expect((await build({ app: APP, packs })).lines).toContain("offline: ");
  });
});

describe("notices of what this machine lends a build", () => {
  const source = (...names: string[]): Parameters<typeof lentNotices>[1]["source"] =>
    ({ files: names.map((path) => ({ path })) }) as never;
  const pip: Lent = { ...NOTHING_LENT, privateSources: [{ tool: "pip", url: "https://a.example/simple" }] };
  const npm: Lent = {
    ...NOTHING_LENT,
    privateSources: [{ tool: "npm", url: "https://us.example/", scope: "@us" }],
  };

  it.each<[what: string, lent: Lent, files: string[], vars: Record<string, string>, notices: string[]]>([
    ["nothing", NOTHING_LENT, ["requirements.txt"], {}, []],
    [
      "a private index",
      pip,
      ["requirements.txt"],
      {},
      [
        "Packages may come from https://a.example/simple, which only the pip of this machine knows: on Heroku set PIP_EXTRA_INDEX_URL.",
      ],
    ],
    [
      "one that Heroku knows as well",
      pip,
      ["requirements.txt"],
      { PIP_EXTRA_INDEX_URL: "https://me:pw@a.example/simple" },
      [],
    ],
    ["one of a tool that the app has no use for", pip, ["package.json"], {}, []],
    [
      "a scope",
      npm,
      ["package.json"],
      {},
      [
        "Packages of @us come from https://us.example/, which only the npm of this machine knows: for Heroku name it in an .npmrc of the app.",
      ],
    ],
    ["a scope that the app names", npm, ["package.json", ".npmrc"], {}, []],
    [
      "one of uv",
      { ...NOTHING_LENT, privateSources: [{ tool: "uv", url: "https://a.example/simple" }] },
      ["uv.lock"],
      {},
      [
        "Packages may come from https://a.example/simple, which only the uv of this machine knows: for Heroku name it in pyproject.toml ([[tool.uv.index]]).",
      ],
    ],
    [
      "what is withheld",
      {
        ...NOTHING_LENT,
        withheld: [
          { setting: "PIP_FIND_LINKS", why: "local-path" },
          { setting: "client-cert (pip)", why: "client-certificate" },
        ],
      },
      [],
      {},
      [
        "PIP_FIND_LINKS names a place on this machine and is not passed to the build.",
        "client-cert (pip) is a certificate of this machine and is not passed to the build.",
      ],
    ],
    [
      "loopback, reached",
      { ...NOTHING_LENT, loopback: ["HTTPS_PROXY"], onHostNetwork: true },
      [],
      {},
      [
        "HTTPS_PROXY points to this machine's loopback address: the build stands in this machine's network, where that is reached.",
      ],
    ],
    [
      "loopback, out of reach",
      { ...NOTHING_LENT, loopback: ["HTTPS_PROXY", "index-url (pip)"] },
      [],
      {},
      [
        "HTTPS_PROXY, index-url (pip) point to this machine's loopback address, which a build cannot reach: it is built without.",
      ],
    ],
  ])("%s", (_, lent, files, configVars, notices) => {
    expect(lentNotices(lent, { source: source(...files), configVars })).toEqual(notices);
  });
});

describe("a place of packages that fails a build", () => {
  it.each<[line: string, trouble: ReturnType<typeof sourceTroubleIn>]>([
    [
      "       WARNING: 401 Error, Credentials not correct for http://a.example:8080/simple/x/",
      { why: "refused", host: "a.example:8080" },
    ],
    [
      "error: HTTP status client error (403 Forbidden) for url (https://a.example/simple/x/)",
      { why: "refused", host: "a.example" },
    ],
    [
      "npm error 401 Unauthorized - GET https://npm.example/@us%2fwords",
      { why: "refused", host: "npm.example" },
    ],
    [
      "WARNING: Retrying after connection broken by 'ReadTimeoutError(\"HTTPConnectionPool(host='a.example', port=81): Read timed out. (read timeout=1.0)\")': /simple/x/",
      { why: "stalled", host: "a.example:81" },
    ],
    [
      "npm error request to https://npm.example/x failed, reason: connect ETIMEDOUT",
      { why: "stalled", host: "npm.example" },
    ],
    ["       Downloading https://a.example/x-1.0.tar.gz", undefined],
  ])("%s", (line, trouble) => {
    expect(sourceTroubleIn(line)).toEqual(trouble);
  });

  it("may have refused a password or stopped half-way, where pip finds nothing", async () => {
    const found = `${SH}echo "Looking in indexes: https://pypi.org/simple, http://me:****@a.example:81/simple"; echo "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)"; exit 1`;
    const { result } = await build({ app: APP, packs: [{ ...PACK, "bin/compile": found }] });
    if (result.ok) throw new Error("it was built");
    expect(explain(result.failure).body).toContain(
      "pip found nothing at a.example:81: it says so of what is not there, and also of a place that refuses the name and password or stops answering.",
    );
  });

  it("is named beside the buildpack's own words", async () => {
    const compile = `${SH}echo "WARNING: 401 Error, Credentials not correct for http://a.example/simple/x/"; exit 1`;
    const { result } = await build({ app: APP, packs: [{ ...PACK, "bin/compile": compile }] });
    if (result.ok) throw new Error("it was built");
    expect(explain(result.failure).body).toBe(
      "The buildpack ended with exit status 1; the lines above say why. a.example refused the name and password that the build had for it. Nothing has been released.",
    );
  });
});
