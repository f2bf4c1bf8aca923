import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { openControl, type Control } from "../../src/api/server.ts";
import { writeRunFile } from "../../src/platform/run-file.ts";
import { PuppetPlatform } from "../api/puppet-platform.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";

const BIN = new URL("../../bin/dynosim.js", import.meta.url).pathname;

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/** A puppet app that is up in a folder of its own, and the real command line beside it. */
export interface PuppetHost extends AsyncDisposable {
  readonly platform: PuppetPlatform;
  readonly control: Control;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `dynosim ARGS` in the app's folder (or `cwd`). */
  dynosim(
    args: readonly string[],
    options?: { readonly input?: string; readonly cwd?: string },
  ): Promise<Said>;
}

export async function hostPuppet(): Promise<PuppetHost> {
  const home = mkdtempSync(join(tmpdir(), "dynosim-test-"));
  const folder = join(home, "example");
  const platform = new PuppetPlatform(folder);
  const opened = await openControl(platform, { port: 0 });
  if (!opened.ok) throw new Error(opened.failure.kind);
  const control = opened.value;
  const environment = {
    HOME: home,
    XDG_STATE_HOME: join(home, "state"),
    TZ: "UTC",
    PATH: process.env["PATH"] ?? "",
    ...COMPILE_CACHE,
  };
  const app = platform.app();
  const runFile = writeRunFile(
    {
      version: app.dynosimVersion,
      app: app.name,
      instance: app.instance,
      folder,
      owner: app.owner,
      url: "http://localhost:5000",
      controlUrl: control.url,
    },
    control.token,
    environment,
  );
  return {
    platform,
    control,
    folder,
    environment,
    dynosim: (args, { input = "", cwd = folder } = {}) => runCli(BIN, args, { input, cwd, environment }),
    [Symbol.asyncDispose]: async () => {
      runFile[Symbol.dispose]();
      await control[Symbol.asyncDispose]();
      rmSync(home, { recursive: true });
    },
  };
}

export async function runCli(
  script: string,
  args: readonly string[],
  options: {
    readonly input: string;
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
  },
): Promise<Said> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [script, ...args], {
    input: options.input,
    cwd: options.cwd,
    env: options.environment,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout, stderr, exitCode };
}
