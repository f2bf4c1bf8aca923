import { describe, expect, it } from "vitest";
import { candidates, connect } from "../../../src/engine/docker/connect.ts";
import { toFailure } from "../../../src/engine/docker/engine-trouble.ts";
import {
  describe as describeFacts,
  fitness,
  mayBeReached,
  type RawFacts,
} from "../../../src/engine/docker/facts.ts";
import { hostFiles, hostVariables } from "../../../src/engine/lent/host-settings.ts";
import { ownerOf, passingLabels, lastingLabels } from "../../../src/engine/docker/labels.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { newApp } from "../../contract/stage.ts";

function answer(statusCode: number, reason: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${reason} `), { statusCode });
}

describe("toFailure", () => {
  it.each([
    [answer(404, "No such image: dynosim/x:v1"), { kind: "image-missing", image: "dynosim/x:v1" }],
    [
      answer(500, "write /var/lib/docker/x: no space left on device"),
      { kind: "disk-full", reason: "write /var/lib/docker/x: no space left on device" },
    ],
    [
      Object.assign(new Error("connect ECONNREFUSED /var/run/docker.sock"), { code: "ECONNREFUSED" }),
      { kind: "engine-unreachable", tried: ["start web.1: connect ECONNREFUSED /var/run/docker.sock"] },
    ],
    [answer(409, "in use"), { kind: "engine-error", during: "start web.1", reason: "in use" }],
  ])("reads %s", (error, expected) => {
    expect(toFailure(error, "start web.1")).toEqual(expected);
  });
});

describe("connect", () => {
  it("looks only where DOCKER_HOST says", () => {
    const sockets = (host: string): readonly string[] =>
      candidates({ DOCKER_HOST: host }).map((candidate) => candidate.socket);
    expect(sockets("unix:///x/docker.sock")).toEqual(["unix:///x/docker.sock"]);
    expect(sockets("tcp://10.0.0.1:2375")).toEqual(["tcp://10.0.0.1:2375"]);
  });

  it("else tries the known sockets in order", () => {
    const environment = { HOME: "/home/a", XDG_RUNTIME_DIR: "/run/user/1" };
    expect(candidates(environment).map((candidate) => candidate.socket)).toEqual([
      "/var/run/docker.sock",
      "/run/user/1/docker.sock",
      "/home/a/.docker/run/docker.sock",
      "/home/a/.docker/desktop/docker.sock",
      "/run/user/1/podman/podman.sock",
      "/run/podman/podman.sock",
      "/home/a/.local/share/containers/podman/machine/podman.sock",
    ]);
  });

  it("tells what it tried", async () => {
    const environment = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    expect(await connect(environment, new SystemClock())).toEqual({
      ok: false,
      failure: { kind: "engine-unreachable", tried: ["unix:///nowhere/docker.sock: no such socket"] },
    });
  });
});

describe("facts", () => {
  const docker: RawFacts = {
    version: { Version: "20.10.24", ApiVersion: "1.41", Arch: "amd64" },
    info: { Driver: "overlay2", CgroupVersion: "1", SwapLimit: true, OSType: "linux" },
    hostSwaps: false,
    socket: "/var/run/docker.sock",
  };

  it.each([
    ["1.39", "linux", false],
    ["1.40", "linux", true],
    ["1.50", "linux", true],
    ["2.0", "linux", true],
    ["1.41", "windows", false],
  ])("API %s on %s: fit %s", (ApiVersion, OSType, fit) => {
    const raw = { ...docker, version: { ...docker.version, ApiVersion }, info: { ...docker.info, OSType } };
    expect(fitness(raw).ok).toBe(fit);
  });

  it.each([
    ["Docker on Linux", {}, {}, "/var/run/docker.sock", true],
    ["Docker Desktop", { OperatingSystem: "Docker Desktop" }, {}, "/var/run/docker.sock", false],
    ["a rootless engine", { SecurityOptions: ["name=rootless"] }, {}, "/run/user/1/docker.sock", false],
    ["a remote engine", {}, {}, "tcp://10.0.0.1:2375", false],
  ])("containers of %s: reached %s", (_what, info, _version, socket, reached) => {
    expect(mayBeReached({ ...docker, info: { ...docker.info, ...info }, socket })).toBe(reached);
  });

  it("counts swap only where host and engine have it", () => {
    const swap = (raw: RawFacts): unknown => describeFacts(raw).means;
    expect(swap(docker)).toMatchObject({ swap: false });
    expect(swap({ ...docker, hostSwaps: true })).toMatchObject({ swap: true });
    expect(swap({ ...docker, hostSwaps: true, socket: "tcp://h:1" })).toMatchObject({ swap: false });
  });

  it.each([
    [{}, ["cores", "stack"]],
    [{ BridgeNfIptables: false }, ["cores", "network", "stack"]],
    [{ PidsLimit: false }, ["processes", "cores", "stack"]],
    [{ MemoryLimit: false }, ["memory-quota", "memory-kill", "kernel-memory-cap", "cores", "stack"]],
    [{ CpuCfsQuota: false }, ["cpu-share", "cores", "stack"]],
    [
      { SecurityOptions: ["name=rootless"] },
      ["memory-quota", "memory-kill", "kernel-memory-cap", "processes", "cpu-share", "cores", "stack"],
    ],
    [{ SecurityOptions: ["name=rootless"], CgroupVersion: "2" }, ["cores", "stack"]],
  ])("says what %j does not enforce", (info, missing) => {
    const { limits } = describeFacts({ ...docker, info: { ...docker.info, ...info } });
    expect(limits.filter(({ how }) => how !== "enforced").map(({ limit }) => limit)).toEqual(missing);
  });

  it("gives the reason", () => {
    const podman = { ...docker.version, Components: [{ Name: "Podman Engine" }] };
    const { limits } = describeFacts({ ...docker, version: podman });
    expect(limits.find(({ limit }) => limit === "network")).toEqual({
      limit: "network",
      how: "partly",
      detail: "dynos of one app may reach each other (Podman does not know the option that forbids it)",
    });
  });
});

describe("labels", () => {
  const app = newApp();
  const maker = { pid: 42, started: "1000" };

  it("tell the owner of what passes, and none of what lasts", () => {
    expect(ownerOf(passingLabels(app, "dyno", maker))).toEqual({ ...app, ...maker });
    expect(ownerOf(lastingLabels(app, "cache"))).toBeUndefined();
    expect(ownerOf({ ...passingLabels(app, "dyno", maker), "dynosim.host": "another" })).toBeUndefined();
    expect(ownerOf(null)).toBeUndefined();
  });
});

describe("what a build gets of this machine", () => {
  it("is files, but for proxies, Node and Python's requests", () => {
    const bundle = "/etc/ssl/certs/ca-certificates.crt";
    const host = {
      authorities: Buffer.from("CA"),
      pip: { "index-url": "https://mirror/simple", cert: "/etc/ssl/certs/ca-certificates.crt" },
      npm: { registry: "https://mirror/npm/" },
      proxies: { HTTPS_PROXY: "http://proxy:3128" },
      apt: { mirror: "http://mirror/debian", options: ['Acquire::Check-Valid-Until "false";'] },
      uv: { top: [], tables: [], privateSources: [] },
      yarn: {},
      netrc: "",
      poetry: "",
      loopback: [],
      withheld: [],
      privateSources: [],
    };
    expect(hostFiles(host).map(({ path, content }) => [path, content.toString()])).toEqual([
      ["etc/ssl/certs/ca-certificates.crt", "CA"],
      ["etc/apt/apt.conf.d/99dynosim-host", 'Acquire::Check-Valid-Until "false";\n'],
      ["etc/uv/uv.toml", "system-certs = true\n"],
      ["etc/npmrc", `registry=https://mirror/npm/\ncafile=${bundle}\n`],
      ["etc/dynosim/npmrc", `registry=https://mirror/npm/\ncafile=${bundle}\n`],
      [
        "etc/pip.conf",
        "[global]\nindex-url = https://mirror/simple\ncert = /etc/ssl/certs/ca-certificates.crt\n",
      ],
    ]);
    expect(hostVariables(host)).toEqual({
      HTTPS_PROXY: "http://proxy:3128",
      NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/ca-certificates.crt",
      REQUESTS_CA_BUNDLE: "/etc/ssl/certs/ca-certificates.crt",
    });
  });
});
