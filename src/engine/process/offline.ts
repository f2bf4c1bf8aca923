import { execa } from "execa";
import type { Argv, Confinement, Surroundings } from "./confinement.ts";

/** A network of its own, with nothing in it: the kernel lets an ordinary user have that, if anything. */
const UNSHARE: Argv = ["unshare", "--user", "--map-current-user", "--net", "--"];

/** Puts a command where it has no network; undefined where this machine does not allow it. Found by trying. */
export async function findCutOff(
  confinement: Pick<Confinement, "shutIn">,
  around: Surroundings,
): Promise<((argv: Argv) => Argv) | undefined> {
  // around the room, not in it: there nobody may do that
  const cutOff = (argv: Argv): Argv => [...UNSHARE, ...argv] as Argv;
  const [file, ...args] = cutOff(confinement.shutIn(["true"], around, { processes: undefined }));
  const tried = await execa(file, args, { reject: false, stdin: "ignore" });
  return tried.failed ? undefined : cutOff;
}

/** Where nobody listens: for tools that obey. */
const NOWHERE = "http://127.0.0.1:9";

export const NO_WAY_OUT: Readonly<Record<string, string>> = Object.fromEntries(
  ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [
    [name, NOWHERE],
    [name.toUpperCase(), NOWHERE],
  ]),
);
