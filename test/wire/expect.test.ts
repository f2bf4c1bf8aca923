import { expect, it } from "vitest";
import { get, OK, post, Rig } from "./rig.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

it.each(["100-continue", "100-Continue"])(
  "answers %s itself, before it has a dyno (router.md 9.1, 9.12)",
  async (value) => {
    const wait = Promise.withResolvers<void>();
    await using rig = await Rig.open({
      checkout: async (_tried, _gone, lease) => {
        await wait.promise;
        return { kind: "leased", lease };
      },
    });
    const client = await rig.client(post("", `Expect: ${value}`, "Content-Length: 2"));
    expect(await client.head()).toBe(CONTINUE);
    wait.resolve();
    const dyno = await rig.dyno();
    expect(await dyno.head()).not.toContain("Expect");
    client.write("ab");
    await dyno.upTo("ab");
    dyno.write(OK);
    expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
  },
);

it.each([
  ["100 (router.md 9.2, 9.8)", CONTINUE],
  ["103 with its fields (router.md 9.14, 17.9)", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"],
])("forwards an interim %s", async (_fact, interim) => {
  await using rig = await Rig.open();
  const { client } = await rig.exchange(get(), interim + interim + OK);
  expect(await client.head()).toBe(interim);
  expect(await client.head()).toBe(interim);
  expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
  expect(rig.events).toHaveLength(1);
});

it("keeps interim answers from a 1.0 client (router.md 7.6)", async () => {
  await using rig = await Rig.open();
  const { client } = await rig.exchange(get().replace("1.1", "1.0"), CONTINUE + OK);
  expect(await client.rest()).toMatch(/^HTTP\/1.1 200 /);
});
