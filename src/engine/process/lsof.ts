import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { port } from "../../kernel/units.ts";
import type { Listener } from "../launched.ts";
import { isLoopback } from "../proc/listening.ts";

const run = promisify(execFile);

/** Where there is no /proc: 30 ms. It ends with status 1 where nobody listens. */
export async function listenersByLsof(pids: readonly number[]): Promise<readonly Listener[]> {
  if (pids.length === 0) return [];
  return parseLsof(await lsof("-w", "-nP", "-a", "-iTCP", "-sTCP:LISTEN", "-p", pids.join(","), "-Ftn"));
}

export async function isLsofThere(): Promise<boolean> {
  return run("lsof", ["-v"]).then(
    () => true,
    () => false,
  );
}

/**
 * Lines of one letter and its value: `t` is IPv4 or IPv6, `n` is `*:5000`, `127.0.0.1:5000` or `[::1]:5000`. Those of a socket
 * that several processes have come once for each.
 */
export function parseLsof(text: string): readonly Listener[] {
  const found = new Map<string, Listener>();
  let any = "0.0.0.0";
  for (const line of text.split("\n")) {
    if (line.startsWith("t")) any = line === "tIPv6" ? "::" : "0.0.0.0";
    const [, shown, digits] = /^n(.*):(\d+)$/.exec(line) ?? [];
    if (shown === undefined) continue;
    const host = shown === "*" ? any : shown.replace(/^\[(.*)\]$/, "$1");
    found.set(`${host} ${digits}`, { host, port: port(Number(digits)), loopback: isLoopback(host) });
  }
  return [...found.values()];
}

async function lsof(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], LC_ALL: "C" };
  const { stdout } = await run("lsof", args, { env }).catch((error: unknown) => error as { stdout?: string });
  return stdout ?? "";
}
