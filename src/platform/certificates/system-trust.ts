import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A system's own list of authorities: a folder for further ones, and what reads it in. */
export interface SystemTrust {
  readonly file: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

interface Family {
  readonly folder: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** By the folder that is there. */
const FAMILIES: readonly Family[] = [
  {
    folder: "usr/local/share/ca-certificates",
    add: ["update-ca-certificates"],
    remove: ["update-ca-certificates", "--fresh"],
  },
  { folder: "etc/pki/ca-trust/source/anchors", add: ["update-ca-trust"], remove: ["update-ca-trust"] },
  {
    folder: "etc/ca-certificates/trust-source/anchors",
    add: ["update-ca-trust"],
    remove: ["update-ca-trust"],
  },
];

/** Undefined where there is no such folder, as on macOS. `root`: for tests. */
export function systemTrust(root: string = "/"): SystemTrust | undefined {
  const family = FAMILIES.find(({ folder }) => existsSync(join(root, folder)));
  return family === undefined
    ? undefined
    : { file: join(root, family.folder, "dynosim.crt"), add: family.add, remove: family.remove };
}

type Run = (command: string, words: readonly string[]) => void;

const run: Run = (command, words) => {
  execFileSync(command, [...words], { stdio: ["ignore", "ignore", "pipe"] });
};

/** Throws what the system said, if it refused: this needs root's rights. */
export function addToSystem(trust: SystemTrust, certificate: string, call: Run = run): void {
  copyFileSync(certificate, trust.file);
  chmodSync(trust.file, 0o644);
  const [command = "", ...words] = trust.add;
  call(command, words);
}

/** False when it was not there. */
export function removeFromSystem(trust: SystemTrust, call: Run = run): boolean {
  if (!existsSync(trust.file)) return false;
  rmSync(trust.file);
  const [command = "", ...words] = trust.remove;
  call(command, words);
  return true;
}
