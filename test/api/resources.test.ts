import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openRig } from "./rig.ts";

const APP = "/apps/example";

describe("answers in Heroku's shape", () => {
  it.each([
    ["GET", "/account", "account", false],
    ["GET", "/apps", "app", true],
    ["GET", "/users/~/apps", "app", true],
    ["GET", APP, "app", false],
    ["GET", `${APP}/dynos`, "dyno", true],
    ["GET", `${APP}/dynos/web.1`, "dyno", false],
    ["GET", `${APP}/formation`, "formation", true],
    ["GET", `${APP}/formation/web`, "formation", false],
    ["GET", `${APP}/features`, "app-feature", true],
    ["GET", `${APP}/features/preboot`, "app-feature", false],
    ["GET", `${APP}/domains`, "domain", true],
    ["GET", `${APP}/domains/example.localhost`, "domain", false],
    ["GET", `${APP}/releases`, "release", true],
    ["GET", `${APP}/releases/4`, "release", false],
  ])("%s %s has every property of %s", async (method, path, definition, isList) => {
    await using rig = await openRig();
    const { status, body } = await rig.ask(method, path);
    expect(status).toBe(200);
    const one = (isList ? (body as object[])[0] : body) as object;
    expect(Object.keys(one)).toEqual(expect.arrayContaining(propertiesOf(definition)));
  });

  it("an app feature is none of the account's, or the official client would not ask the app (heroku-cli.md 5)", async () => {
    await using rig = await openRig();
    expect((await rig.ask("GET", "/account/features")).body).toEqual([]);
    expect((await rig.ask("GET", "/account/features/preboot")).status).toBe(404);
  });

  it("domains as the official client asks for them: no endpoints, all in one page, by name or id (heroku-cli.md 2)", async () => {
    await using rig = await openRig();
    expect(await rig.ask("GET", `${APP}/sni-endpoints`)).toMatchObject({ status: 200, body: [] });
    const added = await rig.ask("POST", `${APP}/domains`, {
      body: { hostname: "*.example.com", sni_endpoint: null },
    });
    expect(added.body).toMatchObject({ hostname: "*.example.com", kind: "custom", status: "none" });
    const headers = { range: "id ..; max=1000;" };
    const listed = await rig.ask("GET", `${APP}/domains`, { headers });
    expect([listed.status, (listed.body as object[]).length]).toEqual([200, 2]);
    const { id } = added.body as { id: string };
    expect((await rig.ask("GET", `${APP}/domains/${id}`)).body).toEqual(added.body);
    expect(await rig.ask("DELETE", `${APP}/domains/*.example.com`)).toMatchObject({
      status: 200,
      body: added.body,
    });
    expect(await rig.ask("DELETE", `${APP}/domains/*.example.com`)).toMatchObject({
      status: 404,
      body: { id: "not_found", message: "Couldn't find that domain name." },
    });
  });

  it.each([
    ["PATCH", APP, {}, 422, "maintenance must be true or false."],
    ["PATCH", APP, { name: "other" }, 422, "maintenance must be true or false."],
    ["PATCH", APP, { maintenance: "on" }, 422, "maintenance must be true or false."],
    ["POST", `${APP}/domains`, {}, 422, "hostname must be a domain."],
    ["POST", `${APP}/domains`, { hostname: ["a.com"] }, 422, "hostname must be a domain."],
  ])("%s %s %j is refused", async (method, path, body, status, message) => {
    await using rig = await openRig();
    expect(await rig.ask(method, path, { body })).toMatchObject({ status, body: { message } });
    expect(rig.platform.asked).toEqual([]);
  });

  it("hours of the account in seconds, for whoever names it: by id, by address or as ~ (heroku-cli.md 2)", async () => {
    await using rig = await openRig();
    const { id } = (await rig.ask("GET", "/account")).body as { id: string };
    const app = ((await rig.ask("GET", APP)).body as { id: string }).id;
    const quota = {
      account_id: id,
      account_quota: 3_600_000,
      quota_used: 1_774_020,
      apps: [{ app_uuid: app, quota_used: 1_774_020 }],
    };
    for (const name of [id, "me@example.com", "~"])
      expect((await rig.ask("GET", `/accounts/${name}/actions/get-quota`)).body).toEqual(quota);
    expect((await rig.ask("GET", "/accounts/you@example.com/actions/get-quota")).status).toBe(404);
    expect((await rig.ask("GET", APP)).body).toMatchObject({ process_tier: "eco" });
  });

  it("hours that are no duration are refused, and none is set", async () => {
    await using rig = await openRig();
    const { status, body } = await rig.ask("PATCH", `/dynosim${APP}/hours`, {
      body: { pool: "5h", used: "x" },
    });
    expect([status, (body as { dynosim: { kind: string } }).dynosim.kind]).toEqual([422, "bad-duration"]);
    expect(rig.platform.asked).toEqual([]);
  });

  it("log sessions too", async () => {
    await using rig = await openRig();
    const { status, body } = await rig.ask("POST", `${APP}/log-sessions`, { body: {} });
    expect(status).toBe(201);
    expect(Object.keys(body as object)).toEqual(expect.arrayContaining(propertiesOf("log-session")));
  });

  it("an app is found by its id as well", async () => {
    await using rig = await openRig();
    const { body } = await rig.ask("GET", APP);
    expect((await rig.ask("GET", `/apps/${(body as { id: string }).id}`)).body).toEqual(body);
  });

  it("every answer tells the platform's time", async () => {
    await using rig = await openRig();
    await rig.ask("POST", `/dynosim${APP}/clock/advance`, { body: { by: "31m" } });
    const { headers } = await rig.ask("GET", "/account");
    expect(headers["dynosim-clock"]).toBe("2026-11-20T09:47:30.000Z");
  });
});

describe("what reaches the platform", () => {
  it.each([
    ["DELETE", `${APP}/dynos`, undefined, 202, { restart: { kind: "all" } }],
    ["DELETE", `${APP}/dynos/web.1`, undefined, 202, { restart: { kind: "dyno", dyno: "web.1" } }],
    ["DELETE", `${APP}/dynos/web`, undefined, 202, { restart: { kind: "type", type: "web" } }],
    ["DELETE", `${APP}/formations/web`, undefined, 202, { restart: { kind: "type", type: "web" } }],
    ["POST", `${APP}/dynos/web.1/actions/stop`, {}, 202, { stop: { kind: "dyno", dyno: "web.1" } }],
    ["POST", `${APP}/formations/web/actions/stop`, {}, 202, { stop: { kind: "type", type: "web" } }],
    ["PATCH", `${APP}/config-vars`, { A: "1", B: null }, 200, { setConfigVars: { A: "1", B: null } }],
    ["PATCH", `${APP}/config-vars`, { A: 1 }, 200, { setConfigVars: { A: "1" } }],
    [
      "PATCH",
      `${APP}/formation`,
      { updates: [{ type: "web", quantity: "2", size: "standard-1x" }] },
      200,
      { scale: [{ type: "web", quantity: "2", size: "standard-1x" }] },
    ],
    [
      "PATCH",
      `${APP}/formation`,
      { updates: [{ type: "web", quantity: 2, dyno_size: { name: "basic" } }] },
      200,
      { scale: [{ type: "web", quantity: "2", size: "basic" }] },
    ],
    [
      "PATCH",
      `${APP}/formation/worker`,
      { quantity: "+1" },
      200,
      { scale: [{ type: "worker", quantity: "+1", size: undefined }] },
    ],
    ["POST", `${APP}/releases`, { release: "11111111-0000-4000-8000-000000000003" }, 201, { rollback: 3 }],
    ["POST", `${APP}/releases`, { release: 3 }, 201, { rollback: 3 }],
    ["POST", `${APP}/releases`, {}, 201, { rollback: undefined }],
    ["PATCH", `${APP}/features/preboot`, { enabled: true }, 200, { feature: "preboot", enabled: true }],
    ["PATCH", APP, { maintenance: true }, 200, { maintenance: true }],
    [
      "POST",
      `${APP}/domains`,
      { hostname: "www.example.com", sni_endpoint: null },
      201,
      { addDomain: "www.example.com" },
    ],
    ["POST", `/dynosim${APP}/idle`, undefined, 202, "idle"],
    ["POST", `/dynosim${APP}/wake`, undefined, 202, "wake"],
    ["POST", `/dynosim${APP}/down`, undefined, 202, "down"],
    ["POST", "/dynosim/clean", { everything: true }, 200, { clean: { everything: true, dryRun: false } }],
  ])("%s %s %j", async (method, path, body, status, asked) => {
    await using rig = await openRig();
    const answer = await rig.ask(method, path, { body });
    expect(answer.status).toBe(status);
    expect(rig.platform.asked).toEqual([asked]);
  });
});

describe("lists are walked in ranges", () => {
  it.each([
    [undefined, 200, [1, 2, 3, 4, 5], undefined],
    ["", 200, [1, 2, 3, 4, 5], undefined],
    ["version ..; max=15, order=desc", 200, [5, 4, 3, 2, 1], undefined],
    ["version ..; order=desc,max=1", 206, [5], "version ]5..; max=1, order=desc"],
    ["version ]5..; max=1, order=desc", 206, [4], "version ]4..; max=1, order=desc"],
    ["version ..; max=2", 206, [1, 2], "version ]2..; max=2"],
    ["version ]2..; max=2", 206, [3, 4], "version ]4..; max=2"],
    ["version ]4..; max=2", 200, [5], undefined],
    ["version 2..3", 200, [2, 3], undefined],
    ["version 4..2; order=desc", 200, [4, 3, 2], undefined],
    ["version ..; max=1000;", 200, [1, 2, 3, 4, 5], undefined],
    ["version ..; max=0", 206, [1], "version ]1..; max=1"],
  ])("%s", async (range, status, versions, next) => {
    await using rig = await openRig();
    const answer = await rig.ask("GET", `${APP}/releases`, range === undefined ? {} : { headers: { range } });
    expect(answer.status).toBe(status);
    expect((answer.body as { version: number }[]).map(({ version }) => version)).toEqual(versions);
    expect(answer.headers["next-range"]).toBe(next);
  });

  it("the current release is the newest that succeeded, and only slugs can be rolled back to", async () => {
    await using rig = await openRig();
    const { body } = await rig.ask("GET", `${APP}/releases`);
    const rows = (body as { version: number; current: boolean; eligible_for_rollback: boolean }[]).map(
      (one) => [one.version, one.current, one.eligible_for_rollback],
    );
    expect(rows).toEqual([
      [1, false, false],
      [2, false, false],
      [3, false, true],
      [4, true, true],
      [5, false, false],
    ]);
  });
});

describe("streams", () => {
  it("a log session gives what is there and closes", async () => {
    await using rig = await openRig();
    for (const text of ["app[web.1]: one", "heroku[web.1]: two", "app[web.1]: three", "app[api]: four"])
      rig.platform.log(text);
    const session = await rig.ask("POST", `${APP}/log-sessions`, {
      body: { lines: 2, source: "app", dyno: "web.1" },
    });
    const { logplex_url: url } = session.body as { logplex_url: string };
    expect(url).toMatch(/^http:\/\/localhost:\d+\/dynosim\/logs\/[\w-]{30,}$/);
    const stream = await rig.ask("GET", new URL(url).pathname, { headers: { authorization: "" } });
    expect(stream.headers["content-type"]).toBe("text/event-stream");
    expect(stream.text.replaceAll(/id: .*\n/g, "")).toBe(
      "retry: 10\n\n" +
        "data: 2026-11-20T09:16:30.000000+00:00 app[web.1]: one\n\n" +
        "data: 2026-11-20T09:16:30.002000+00:00 app[web.1]: three\n\n",
    );
  });

  it("buildpacks are put all anew; each is a name and a URL in its place", async () => {
    await using rig = await openRig();
    const path = `${APP}/buildpack-installations`;
    expect((await rig.ask("GET", path)).body).toEqual([]);
    const updates = [{ buildpack: "heroku/nodejs" }, { buildpack: "https://example.com/x.git#v1" }];
    const put = await rig.ask("PUT", path, { body: { updates }, headers: { range: "" } });
    expect(put.status).toBe(200);
    expect(put.body).toEqual([
      { buildpack: { name: "heroku/nodejs", url: "urn:buildpack:heroku/nodejs" }, ordinal: 0 },
      {
        buildpack: { name: "https://example.com/x.git#v1", url: "https://example.com/x.git#v1" },
        ordinal: 1,
      },
    ]);
    expect((await rig.ask("GET", path)).body).toEqual(put.body);
    expect((await rig.ask("PUT", path, { body: { updates: [] } })).body).toEqual([]);
  });

  it.each([{}, { updates: "heroku/python" }, { updates: [{}] }, { updates: [{ buildpack: " " }] }])(
    "buildpacks of %j are refused (the official client sends such for an unknown name: heroku-cli.md 5)",
    async (body) => {
      await using rig = await openRig();
      rig.platform.buildpackList = ["heroku/python"];
      const { status } = await rig.ask("PUT", `${APP}/buildpack-installations`, { body });
      expect(status).toBe(422);
      expect(rig.platform.buildpackList).toEqual(["heroku/python"]);
    },
  );

  it("a build tells as it goes, then how it ended", async () => {
    await using rig = await openRig();
    const body = {
      source: { kind: "ref", ref: "main" },
      strict: true,
      env: { A: "1" },
      slug_file: "/tmp/x.tgz",
    };
    const { text } = await rig.ask("POST", `/dynosim${APP}/builds`, { body });
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { line: "-----> Building on the Heroku-24 stack" },
      { line: "-----> Python app detected" },
      { result: { compiled: true, slugSize: 48_000_000, notices: [], buildpackReports: {} } },
    ]);
    expect(rig.platform.asked).toEqual([
      { build: { source: body.source, strict: true, extraEnv: { A: "1" }, slugFile: "/tmp/x.tgz" } },
    ]);
  });
});

/** The names of heroku-platform-api.schema.json, where every property is always present. heroku-cli.md 6 */
function propertiesOf(definition: string): string[] {
  const file = new URL("./fixtures/heroku-api-properties.json", import.meta.url);
  const names = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string[]>>;
  return names[definition] ?? [];
}
