import { describe, expect, it } from "vitest";
import { get, HOST, OK, Rig } from "./rig.ts";

const FEATURE = { features: ["http-session-affinity"] } as const;

/** A rig whose backends note what they are asked, and want the client told `tell`. */
async function open(
  features: { readonly features?: readonly ["http-session-affinity"] },
  tell?: string,
): Promise<{ rig: Rig; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const rig = await Rig.open({
    ...features,
    checkout: (_tried, _gone, lease, affinity) => {
      asked.push(affinity);
      return tell === undefined ? { kind: "leased", lease } : { kind: "leased", lease, affinity: tell };
    },
  });
  return { rig, asked };
}

function cookies(head: string): string[] {
  return head.split("\r\n").filter((line) => line.toLowerCase().startsWith("set-cookie:"));
}

describe("session affinity on the wire (heroku.md 3.7)", () => {
  it.each([
    ["no cookie at all", [], ""],
    ["other cookies", ["Cookie: a=b; heroku-session=no"], ""],
    ["the cookie alone", ["Cookie: heroku-session-affinity=d2ViLjE_"], "d2ViLjE_"],
    ["the cookie among others", ["Cookie: a=b;  heroku-session-affinity=d2ViLjE_; c=d"], "d2ViLjE_"],
    ["the cookie on a second line", ["Cookie: a=b", "Cookie: heroku-session-affinity=x+/_"], "x+/_"],
    ["two of them: the first", ["Cookie: heroku-session-affinity=1; heroku-session-affinity=2"], "1"],
    ["an empty one", ["Cookie: heroku-session-affinity="], ""],
    ["a name without value", ["Cookie: heroku-session-affinity"], ""],
    ["another case: another cookie", ["Cookie: Heroku-Session-Affinity=1"], ""],
  ])("with %s the choice knows %s", async (_what, lines, known) => {
    const { rig, asked } = await open(FEATURE);
    await using _rig = rig;
    const { client, toDyno } = await rig.exchange(get("/", ...lines), OK);
    expect(cookies(await client.upTo("~~"))).toEqual([]);
    expect(asked).toEqual([known]);
    // the app gets its Cookie field as it came
    for (const line of lines) expect(toDyno).toContain(`${line}\r\n`);
  });

  it("without the feature nobody is asked for the cookie", async () => {
    const { rig, asked } = await open({});
    await using _rig = rig;
    await rig.exchange(get("/", "Cookie: heroku-session-affinity=d2ViLjE_"), OK);
    expect(asked).toEqual([undefined]);
  });

  it("the client is told in a field of its own, after those of the app", async () => {
    const { rig } = await open(FEATURE, "d2ViLjE_");
    await using _rig = rig;
    const { client } = await rig.exchange(
      get(),
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n~~",
    );
    const [own, ours, ...others] = cookies(await client.upTo("~~"));
    expect(own).toBe("Set-Cookie: a=b");
    expect(ours).toMatch(
      /^Set-Cookie: heroku-session-affinity=d2ViLjE_; Version=1; Expires=\w{3}, \d{2}-\w{3}-\d{4} \d{2}:\d{2}:\d{2} GMT; Max-Age=86400; Path=\/; HttpOnly$/,
    );
    expect(others).toEqual([]);
    const expires = Date.parse((/Expires=([^;]+)/.exec(ours ?? "")?.[1] ?? "").replaceAll("-", " "));
    expect(Math.abs(expires - Date.now() - 86_400_000)).toBeLessThan(5_000);
  });

  it("an answer that switches protocols tells it, too", async () => {
    const { rig } = await open(FEATURE, "d2ViLjE_");
    await using _rig = rig;
    const client = await rig.client(`GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    expect(cookies(await client.head())).toHaveLength(1);
  });

  it("a page of the router's own sets no cookie", async () => {
    await using rig = await Rig.open({
      ...FEATURE,
      checkout: () => ({ kind: "refused", reason: "crashed" }),
    });
    const client = await rig.client(get());
    expect(cookies(await client.rest())).toEqual([]);
  });
});
