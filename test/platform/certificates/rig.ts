import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A user's state folder of its own. */
export class Home implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "dynosim-home-"));
  readonly environment: Readonly<Record<string, string>> = { XDG_STATE_HOME: this.folder };

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What openssl says: `OK`, or its words about what is wrong. Strict means all of RFC 5280. */
export function opensslVerdict(authority: string, leaf: string, ...further: string[]): string {
  const words = ["verify", "-x509_strict", ...further, "-CAfile", authority, leaf];
  try {
    return execFileSync("openssl", words, { encoding: "utf8", stdio: "pipe" })
      .trim()
      .replace(`${leaf}: `, "");
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}
