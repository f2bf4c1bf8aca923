import { describe, expect, it } from "vitest";
import type { PageUrls } from "../../src/router/error-page.ts";
import { get, HOST, Rig, type RigOptions } from "./rig.ts";

const URLS: PageUrls = {
  error: "https://pages.example.com/error.html?a=1&b='<",
  maintenance: "//pages.example.com/back-soon.html",
};

/** The body of the page that a request gets, without style. */
async function pageOf(rig: Rig, request = get()): Promise<string> {
  const answer = await (await rig.client(request)).rest();
  const [head = "", page = ""] = answer.split("\r\n\r\n");
  expect(head).toContain(`Content-Length: ${page.length}`);
  return page.replace(/<style>[^]*<\/style>/, "");
}

describe("pages that the app has instead of ours (heroku.md 3.10)", () => {
  it("ERROR_PAGE_URL is framed, escaped, under Heroku's title", async () => {
    await using rig = await Rig.open({
      pageUrls: URLS,
      checkout: () => ({ kind: "refused", reason: "crashed" }),
    });
    const page = await pageOf(rig);
    expect(page).toContain("<title>Application Error</title>");
    expect(/<body>([^]*)<\/body>/.exec(page)?.[1]?.trim()).toBe(
      '<iframe src="https://pages.example.com/error.html?a=1&#38;b=&#39;&#60;"></iframe>',
    );
    expect((await rig.event()).status).toBe(503);
  });

  it("MAINTENANCE_PAGE_URL is, in maintenance", async () => {
    await using rig = await Rig.open({ pageUrls: URLS, inMaintenance: true });
    const page = await pageOf(rig);
    expect(page).toContain("<title>Offline for Maintenance</title>");
    expect(page).toContain('<iframe src="//pages.example.com/back-soon.html"></iframe>');
    expect(page).not.toContain("error.html");
  });

  it("the line counts the page that was sent, not the one in the frame", async () => {
    await using rig = await Rig.open({ pageUrls: URLS, inMaintenance: true });
    const answer = await (await rig.client(get())).rest();
    expect((await rig.event()).bytes).toBe(answer.split("\r\n\r\n")[1]?.length);
  });
});

describe("pages of ours (router.md 17.20)", () => {
  it.each<[string, RigOptions, string]>([
    ["an error", { checkout: () => ({ kind: "refused", reason: "crashed" }) }, get()],
    ["maintenance", { inMaintenance: true }, get()],
    ["a blank app", { checkout: () => ({ kind: "refused", reason: "blank-app" }) }, get()],
    ["no such app (router.md E19)", {}, `GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n`],
  ])("%s: complete without a network", async (_what, options, request) => {
    await using rig = await Rig.open(options);
    expect(await pageOf(rig, request)).not.toMatch(/src=|href=|url\(|<script|@import/);
  });
});

it("no such app is 404, with a head alone for HEAD, and no line (router.md E19)", async () => {
  await using rig = await Rig.open();
  const answer = await (await rig.client("HEAD / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n")).rest();
  expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*\r\nContent-Length: [1-9]\d+\r\n\r\n$/);
  expect(await (await rig.client(`GET / HTTP/1.1\r\n${HOST.replace("app", "no")}\r\n`)).rest()).toContain(
    "<title>No such app</title>",
  );
  expect(rig.events).toEqual([]);
});
