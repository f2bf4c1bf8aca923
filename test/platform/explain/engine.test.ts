import { describe, expect, it } from "vitest";
import type { EngineFailure } from "../../../src/engine/failure.ts";
import { explainEngine } from "../../../src/platform/explain/engine.ts";

const CASES: readonly (readonly [EngineFailure, number, RegExp])[] = [
  [{ kind: "engine-unreachable", tried: ["/var/run/docker.sock: no such socket"] }, 3, /no such socket/],
  [{ kind: "engine-unfit", reason: "it speaks API 1.30" }, 3, /speaks API 1\.30/],
  [{ kind: "image-missing", image: "dynosim/x:v1" }, 1, /./],
  [
    { kind: "image-missing", image: "heroku/heroku:24", reason: "no such host" },
    1,
    /The engine said: no such host/,
  ],
  [{ kind: "image-build-failed", image: "stack", reason: "no network", log: ["E: failed"] }, 1, /E: failed/],
  [{ kind: "disk-full", reason: "no space left on device" }, 1, /no space left/],
  [{ kind: "image-missing", image: "process:1/2" }, 1, /lie in the temp folder: a reboot/],
  [{ kind: "no-containers", image: "heroku/heroku:24" }, 3, /--stack-image/],
  [{ kind: "machine-unfit", reason: "others may write in /tmp/x" }, 3, /^Others may write in \/tmp\/x\.$/],
  [{ kind: "machine-refused", during: "start web.1", reason: "spawn EAGAIN" }, 1, /spawn EAGAIN/],
  [{ kind: "engine-error", during: "start web.1", reason: "conflict" }, 1, /conflict/],
];

describe("explainEngine", () => {
  it.each(CASES)("explains %j", (failure, exitCode, words) => {
    const explanation = explainEngine(failure);
    expect(explanation.exitCode).toBe(exitCode);
    expect(explanation.body).toMatch(words);
    expect(explanation.next).not.toBe("");
  });
});
