import { execa } from "execa";
import type { Argv } from "./confinement.ts";

/** The two forms of the program that gives a command a terminal of its own: that of util-linux, and that of the BSDs and macOS. */
export type ScriptForm = "util-linux" | "bsd";

const MISSING =
  "a terminal needs the program script, which is not on the PATH (Debian and Ubuntu: apt-get install bsdutils, Fedora: dnf install util-linux-script)";

/** Rejects where it is missing. */
export async function findScript(): Promise<ScriptForm> {
  const { stdout, failed, code } = await execa("script", ["--version"], { reject: false, stdin: "ignore" });
  if (code === "ENOENT") throw new Error(MISSING);
  // the other form takes the option for a wrong one
  return !failed && stdout.includes("util-linux") ? "util-linux" : "bsd";
}

/** The command that runs `argv` in a terminal of its own, and ends with its status. */
export function inTerminal(argv: Argv, form: ScriptForm): Argv {
  const nowhere = "/dev/null";
  return form === "bsd"
    ? ["script", "-q", nowhere, ...argv]
    : ["script", "-qefc", `exec ${argv.map(quoted).join(" ")}`, nowhere];
}

/** What `script` of util-linux gives its text to. */
export const SCRIPT_SHELL = "/bin/sh";

/** Changes the size of a terminal by its name; whoever has it in front of them is told by the kernel. */
export async function resizeTerminal(tty: string, columns: number, rows: number): Promise<void> {
  const by = process.platform === "linux" ? "-F" : "-f";
  await execa("stty", [by, tty, "cols", String(columns), "rows", String(rows)], { reject: false });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
