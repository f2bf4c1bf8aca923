import { describe, expect, it } from "vitest";
import { explain } from "../../../src/platform/explain.ts";
import type { PlatformFailure } from "../../../src/platform/failure.ts";

const AT = { host: "127.0.0.1", port: 80, addresses: [] };

const CASES: readonly (readonly [PlatformFailure, string, string, string])[] = [
  [
    { kind: "port-taken", what: "router", port: 5000, holder: undefined },
    "Port 5000 is taken.",
    "The router was to listen there (--port), and another program does.",
    "Choose another (--port 0 takes any free one), or end that program.",
  ],
  [
    { kind: "port-taken", what: "router", port: 5000, holder: "shop" },
    "Port 5000 is taken.",
    "The router was to listen there (--port), and the dynosim of shop does.",
    "Choose another (--port 0 takes any free one), or: dynosim down -a shop",
  ],
  [
    { kind: "port-taken", what: "control API", port: 4567, holder: undefined },
    "Port 4567 is taken.",
    "The control API was to listen there (--control-port), and another program does.",
    "Choose another (--control-port 0 takes any free one), or end that program.",
  ],
  [
    { kind: "cannot-listen", what: "router", ...AT, code: "EACCES" },
    "Port 80 is not for you to use.",
    "The router was to listen there, and this system keeps low ports for programs with special rights.",
    "Choose one from 1024 on, such as --port 8080.",
  ],
  [
    {
      kind: "cannot-listen",
      what: "router",
      host: "192.0.2.1",
      port: 5000,
      code: "EADDRNOTAVAIL",
      addresses: ["192.168.1.5", "fd00::5"],
    },
    "This machine has no address 192.0.2.1.",
    "The router was to listen there (--bind). Its addresses: 192.168.1.5, fd00::5.",
    "Choose one of them, or all of IPv4: --bind 0.0.0.0",
  ],
  [
    { kind: "cannot-listen", what: "control API", ...AT, code: "EMFILE" },
    "The control API cannot listen on 127.0.0.1, port 80.",
    "The system says EMFILE.",
    "Choose another port (--control-port 0 takes any free one).",
  ],
];

describe("what keeps dynosim from listening", () => {
  it.each(CASES)("%j", (failure, title, body, next) => {
    expect(explain(failure)).toEqual({ title, body, next, exitCode: 1 });
  });
});
