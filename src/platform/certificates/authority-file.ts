import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { millis } from "../../kernel/units.ts";
import type { PlatformFailure } from "../failure.ts";
import { lockFolder } from "../lock.ts";
import { stateHome, writeWhole } from "../run-file.ts";
import { isUsable, makeAuthority, type KeyPair } from "./authority.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const LOOK_EVERY = millis(20);
/** Making one takes a fraction of a second; who waits longer waits for a process that hangs. */
const LOOKS = 500;

/** Where the user's authority is, or will be: one for all apps of this user. */
export interface AuthorityPaths {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

export function authorityPaths(environment: Environment): AuthorityPaths {
  const folder = join(stateHome(environment), "certificates");
  return { folder, cert: join(folder, "ca.pem"), key: join(folder, "ca-key.pem") };
}

/** The one there is, if it can still sign. */
export function readAuthority(environment: Environment, clock: Clock): KeyPair | undefined {
  const paths = authorityPaths(environment);
  try {
    const pair = { cert: readFileSync(paths.cert, "utf8"), key: readFileSync(paths.key, "utf8") };
    return isUsable(pair, clock.now()) ? pair : undefined;
  } catch {
    return undefined;
  }
}

/** The one there is, or a new one. However many ask at once, in this process or in others, all get the same. */
export async function ensureAuthority(
  environment: Environment,
  clock: Clock,
): Promise<Result<KeyPair, PlatformFailure>> {
  const known = readAuthority(environment, clock);
  if (known !== undefined) return ok(known);
  const { folder, cert, key } = authorityPaths(environment);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = await waitForLock(folder, clock);
    if (!lock.ok) return lock;
    using _lock = lock.value;
    const made = readAuthority(environment, clock);
    if (made !== undefined) return ok(made);
    const pair = await makeAuthority(`${userInfo().username}@${hostname()}`, clock.now());
    // a reader in between finds a key that does not fit, and waits for the lock
    writeWhole(key, pair.key);
    writeWhole(cert, pair.cert);
    return ok(pair);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail({ kind: "certificates-unwritable", folder, reason: message });
  }
}

/** Apps that are up keep the certificates that they have; the next one is signed by a new authority. */
export function removeAuthority(environment: Environment): boolean {
  const { cert, key } = authorityPaths(environment);
  const there = [cert, key].filter((path) => existsSync(path));
  for (const path of there) rmSync(path, { force: true });
  return there.length > 0;
}

async function waitForLock(folder: string, clock: Clock): Promise<ReturnType<typeof lockFolder>> {
  for (let look = 0; ; look++) {
    const lock = lockFolder(folder, folder);
    if (lock.ok || look === LOOKS) return lock;
    await sleep(clock, LOOK_EVERY);
  }
}
