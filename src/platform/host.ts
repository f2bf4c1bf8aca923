import { execFileSync } from "node:child_process";

/** `E` of the API lines: git's user.email, else user@localhost. Asked once, and by an `up` that changes nothing not at all. design.md 2 */
export function hostUser(folder: string): () => string {
  let user: string | undefined;
  return () => (user ??= userOf(folder));
}

function userOf(folder: string): string {
  try {
    const email = execFileSync("git", ["config", "user.email"], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
    return email.trim() || NOBODY;
  } catch {
    return NOBODY;
  }
}

const NOBODY = "user@localhost";
