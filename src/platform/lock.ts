import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { PlatformFailure } from "./failure.ts";
import { isAlive, runOf, startOf } from "./run-file.ts";

interface Holder {
  readonly pid: number;
  readonly started: string | undefined;
}

/** One dynosim at a time works on a folder's state. A dead holder's lock is taken over. */
export function lockFolder(
  appFolder: string,
  stateFolder: string = join(appFolder, ".dynosim"),
): Result<Disposable, PlatformFailure> {
  const file = join(stateFolder, "lock");
  for (;;) {
    const held = create(file);
    if (held !== undefined) return ok(held);
    const holder = read(file);
    if (holder !== undefined && isAlive(holder.pid, holder.started)) {
      const run = runOf(appFolder);
      return fail(
        run?.pid === holder.pid
          ? { kind: "already-up", folder: appFolder, pid: holder.pid, url: run.url }
          : { kind: "busy", folder: appFolder, pid: holder.pid },
      );
    }
    rmSync(file, { force: true });
  }
}

function create(file: string): Disposable | undefined {
  const draft = `${file}.${process.pid}`;
  const holder: Holder = { pid: process.pid, started: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    // A link appears with its content: nobody can read a lock that does not say yet whose it is.
    linkSync(draft, file);
    return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
