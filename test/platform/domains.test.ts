import { expect, it } from "vitest";
import { domainsOf, isCustomDomainOf, isHostOf } from "../../src/platform/domains.ts";
import { explain } from "../../src/platform/explain.ts";
import type { PlatformFailure } from "../../src/platform/failure.ts";
import type { Result } from "../../src/kernel/result.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

function words(result: Result<unknown, PlatformFailure>): readonly string[] {
  if (result.ok) throw new Error("it went well");
  const { title, body, next } = explain(result.failure);
  return [title, body, next];
}

it("an app answers to its own name and to this machine's", async () => {
  await using rig = new PlatformOnFake();
  const own = ["app.localhost", "localhost", "127.0.0.1", "::1"];
  const others = ["other.localhost", "x.app.localhost", "localhost.example.com", "", "example.com"];
  expect([...own, ...others].filter((name) => isHostOf(rig.app, name))).toEqual(own);
  expect(rig.platform.domains()).toEqual([
    { id: "i", hostname: "app.localhost", kind: "heroku", cname: undefined, createdAt: 0 },
  ]);
});

it("one that is added is kept, and answered to from then on, until it is removed", async () => {
  await using rig = new PlatformOnFake();
  const added = rig.platform.addDomain("WWW.Example.com");
  expect(added).toMatchObject({
    ok: true,
    value: { hostname: "www.example.com", kind: "custom", cname: "app.localhost" },
  });
  rig.platform.addDomain("*.example.org");
  expect(rig.saved().domains.map(({ hostname }) => hostname)).toEqual(["www.example.com", "*.example.org"]);
  for (const name of ["www.example.com", "a.example.org"]) {
    expect(isHostOf(rig.app, name)).toBe(true);
    expect(isCustomDomainOf(rig.app, name)).toBe(true);
  }
  expect(isCustomDomainOf(rig.app, "app.localhost")).toBe(false);
  const id = added.ok ? added.value.id : "";
  expect(rig.platform.removeDomain(id)).toEqual(added);
  expect(rig.platform.removeDomain("*.EXAMPLE.org").ok).toBe(true);
  expect(isHostOf(rig.app, "www.example.com")).toBe(false);
  expect(rig.saved().domains).toEqual([]);
});

it("what cannot be added or removed is refused, in Heroku's words where it has some", async () => {
  await using rig = new PlatformOnFake();
  rig.platform.addDomain("www.example.com");
  const taken = [rig.platform.addDomain("WWW.example.com"), rig.platform.addDomain("app.localhost")];
  expect(taken.map(words)).toEqual(
    ["www.example.com", "app.localhost"].map((name) => [
      "Domain already added to this app.",
      `The app answers to ${name}.`,
      "See them: dynosim domains",
    ]),
  );
  expect(words(rig.platform.addDomain("http://x.com"))).toEqual([
    '"http://x.com" is not a domain that can be added.',
    "It takes two or more labels of letters, digits and hyphens, such as www.example.com, or *.example.com for all below; no scheme, port, path or address. Other letters are written in Punycode.",
    "Add one: dynosim domains:add www.example.com",
  ]);
  expect(words(rig.platform.removeDomain("example.com"))).toEqual([
    "Couldn't find that domain name.",
    "The app has no domain example.com.",
    "See them: dynosim domains",
  ]);
  expect(words(rig.platform.removeDomain("app.localhost"))).toEqual([
    "app.localhost cannot be removed.",
    "It is the name that the app has by itself.",
    "See those that were added: dynosim domains",
  ]);
  expect(domainsOf(rig.app)).toHaveLength(2);
});

it("config vars that name pages are looked at when they have been set", async () => {
  await using rig = new PlatformOnFake();
  await rig.platform.setConfigVars({ ERROR_PAGE_URL: "x" });
  expect(rig.looks).toBe(1);
});

it("maintenance is kept, and nothing is released for it", async () => {
  await using rig = new PlatformOnFake();
  await rig.deploy();
  const { length } = rig.platform.releases();
  for (const on of [true, true, false]) {
    rig.platform.setMaintenance(on);
    expect(rig.saved().maintenance).toBe(on);
    expect(rig.platform.app().maintenance).toBe(on);
  }
  expect(rig.platform.releases()).toHaveLength(length);
  expect(rig.platform.dynos().map(({ name, state }) => `${name} ${state}`)).toEqual(["web.1 up"]);
});
