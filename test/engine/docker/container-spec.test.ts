import { describe, expect, it } from "vitest";
import { containerSpec, type Start, type Surroundings } from "../../../src/engine/docker/container-spec.ts";
import { mebibytes, port } from "../../../src/kernel/units.ts";
import { newApp, specOf, type Part } from "../../contract/stage.ts";
import type { ImageId } from "../../../src/heroku/names.ts";

const app = newApp();
const stage = { app, image: "sha256:slug" as ImageId };
const around: Surroundings = {
  name: "dynosim-web.1",
  labels: { dynosim: app.instance },
  network: "net",
  quotaVolume: "quota",
  swap: false,
  publish: false,
  nearby: true,
};

const spec = (
  part: Partial<Part> = {},
  surroundings: Partial<Surroundings> = {},
  start: Start = "at-once",
): ReturnType<typeof containerSpec> =>
  containerSpec(specOf(stage, "echo $PORT", part), { ...around, ...surroundings }, start);

describe("containerSpec", () => {
  it("leaves LANG to the buildpack and to config vars (heroku.md 5.2)", () => {
    expect(spec().Env).toContain("LANG");
    expect(spec({ env: { LANG: "de_DE.UTF-8" } }).Env?.at(-1)).toBe("LANG=de_DE.UTF-8");
  });

  it("takes from a dyno what Heroku takes", () => {
    expect(spec()).toMatchObject({
      Image: "sha256:slug",
      User: "1000:1000",
      WorkingDir: "/app",
      Entrypoint: [],
      Tty: false,
      Labels: { dynosim: app.instance, "dynosim.dyno": "worker.1" },
      HostConfig: {
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        PidsLimit: 257,
        Ulimits: [{ Name: "nofile", Soft: 10_000, Hard: 10_000 }],
        Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
        LogConfig: { Type: "none" },
        NetworkMode: "net",
        Mounts: [{ Source: "quota", Target: "/sys/fs/cgroup", ReadOnly: true }],
      },
    });
  });

  it("hands the command over as one word", () => {
    expect(spec().Cmd?.at(-1)).toBe("echo $PORT");
  });

  it.each([
    ["without swap only the upper limit", false, mebibytes(512), mebibytes(1024), [1024, 1024]],
    ["with swap the quota, and swap up to the limit", true, mebibytes(512), mebibytes(1024), [512, 1024]],
    ["strict: the quota", true, mebibytes(512), mebibytes(512), [512, 512]],
    ["never less than the engine takes", false, mebibytes(1), mebibytes(2), [6, 6]],
  ])("limits memory: %s", (_what, swap, quota, killAt, [memory = 0, withSwap = 0]) => {
    expect(spec({ quota, killAt }, { swap }).HostConfig).toMatchObject({
      Memory: mebibytes(memory),
      MemorySwap: mebibytes(withSwap),
    });
  });

  it("gives $PORT to web only", () => {
    expect(spec({ port: port(5000) }).Env).toContain("PORT=5000");
    expect(spec().Env?.some((pair) => pair.startsWith("PORT="))).toBe(false);
  });

  it("publishes the port on loopback only where it must", () => {
    expect(spec({ port: port(5000) }).HostConfig?.PortBindings).toBeUndefined();
    expect(spec({ port: port(5000) }, { publish: true }).HostConfig?.PortBindings).toEqual({
      "5000/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }],
    });
    expect(spec({}, { publish: true }).HostConfig?.PortBindings).toBeUndefined();
  });

  it("merges the streams, but for a pipe", () => {
    expect(spec().Cmd?.[3]).toContain("2>&1 3>&-");
    const pipe = spec({ attach: { kind: "pipe" } });
    expect(pipe.Cmd?.[3]).not.toContain("2>&1 3>&-");
    expect(pipe).toMatchObject({ OpenStdin: true, StdinOnce: true, Tty: false });
  });

  it("gives a terminal its size and a reaping first process", () => {
    const attach = { kind: "terminal", columns: 90, rows: 40, term: "xterm" } as const;
    const terminal = spec({ attach });
    expect(terminal).toMatchObject({ Tty: true, OpenStdin: true, HostConfig: { Init: true } });
    expect(terminal.Env).toEqual(expect.arrayContaining(["TERM=xterm", "COLUMNS=90", "LINES=40"]));
  });

  it("opens standard input for a spare, which is told there when to begin (engine.md 7)", () => {
    expect(spec().OpenStdin).toBeUndefined();
    const spare = spec({}, {}, "when-told");
    expect(spare).toMatchObject({ OpenStdin: true, StdinOnce: true });
    expect(spare.Cmd?.[3]).toMatch(/^IFS= read -rd '' \|\| exit 0\nexec <\/dev\/null\n/);
  });
});
