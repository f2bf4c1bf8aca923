import { FAMILY, FAMILY_SIZE } from "../../journey/family-program.ts";
import type { RunningApp } from "../../journey/rig.ts";
import { stdlibApp } from "../../journey/stdlib-app.ts";
import type { Case } from "../bench.ts";
import { serve } from "../product.ts";

/**
 * From the stamp of the log line to the moment at which the last of six processes is in its handler, by the app's own
 * clock. Both are the machine's time; `up` takes it once, at its start, and counts on from there.
 */
export const sigterm: Case = async ({ runs }) => {
  await using project = stdlibApp("web: sh -c 'python family.py; true'", { "family.py": FAMILY });
  await using served = await serve(project);
  const { app, url } = served;
  const ours: number[] = [];
  for (let run = 0; run < runs; run++) {
    const from = app.log.length;
    const { exitCode, stderr } = await project.dynosim("idle");
    if (exitCode !== 0) throw new Error(stderr);
    await app.logged("Process exited with status", from);
    ours.push(lastReceived(app, from) - lineWritten(app));
    await fetch(url);
  }
  return [
    {
      name: `SIGTERM line to all ${FAMILY_SIZE} processes`,
      unit: "ms",
      digits: 1,
      ours,
      peer: undefined,
      wanted: { kind: "at-most", most: 50 },
    },
  ];
};

function lineWritten(app: RunningApp): number {
  const line = app.stdout.split("\n").findLast((one) => one.includes("Stopping all processes with SIGTERM"));
  const [, whole = "", micros = ""] = /^(\S+?)\.(\d{6})\+00:00 /.exec(line ?? "") ?? [];
  return Date.parse(`${whole}Z`) + Number(micros) / 1000;
}

function lastReceived(app: RunningApp, from: number): number {
  const times = app.log.slice(from).flatMap((line) => / got SIGTERM at (\d+)$/.exec(line)?.[1] ?? []);
  if (times.length !== FAMILY_SIZE) throw new Error(`${times.length} processes got SIGTERM`);
  return Math.max(...times.map((nanoseconds) => Number(BigInt(nanoseconds) / 1000n) / 1000));
}
