import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPlatform, type PlatformOptions } from "../../src/platform/open-platform.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "dynosim-switches-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is set after an `up` that asked for this; offline, as no engine is needed for it. */
async function setAfter(switches?: NonNullable<PlatformOptions["switches"]>): Promise<object> {
  const opened = await openPlatform({
    folder,
    mode: "offline",
    environment: { DOCKER_HOST: "tcp://127.0.0.1:1" },
    onNotice: () => {},
    switches,
  });
  if (!opened.ok) throw new Error(opened.failure.kind);
  await using platform = opened.value;
  return platform.app().switches;
}

it("a fact of the era that was set by itself stays so, until it is to be as the era has it", async () => {
  expect(await setAfter()).toEqual({});
  expect(await setAfter({ "route-times": true, "network-error-logging": false })).toEqual({
    "route-times": true,
    "network-error-logging": false,
  });
  expect(await setAfter({ "route-times": false })).toEqual({
    "route-times": false,
    "network-error-logging": false,
  });
  expect(await setAfter({ "network-error-logging": undefined })).toEqual({ "route-times": false });
  expect(await setAfter()).toEqual({ "route-times": false });
});
