import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fail, ok, type Result } from "../../kernel/result.ts";
import type { Environment } from "../environment.ts";
import type { EngineFailure, MissingTool } from "../failure.ts";
import { installerHere } from "./installer.ts";

/** Where a build's commands look first, and after Heroku's own folders. */
export interface ToolFolders {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Heroku's PATH in a build. buildpack-python.md 9.1 */
const STANDARD = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Tool extends MissingTool {
  /** Its program. */
  readonly program: string;
  /** Bash that fails where it is missing, or of another make; undefined: it is enough that it is there. */
  readonly check?: string;
}

function tool(
  program: string,
  name: string,
  packages: string | MissingTool["packages"],
  check?: string,
): Tool {
  const all = typeof packages === "string" ? { apt: packages, dnf: packages, brew: packages } : packages;
  return { program, name, packages: all, ...(check === undefined ? {} : { check }) };
}

/** What buildpacks use, ours and Heroku's: the stack image has all of them. buildpack-sim/python/README.md */
const TOOLS: readonly Tool[] = [
  tool("bash", "bash 4.4 or newer", "bash", "((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404))"),
  tool(
    "stat",
    "GNU coreutils",
    "coreutils",
    "stat -c %u . && sort --version | grep GNU && mv --version | grep GNU",
  ),
  tool("comm", "GNU coreutils", "coreutils", "comm -z /dev/null /dev/null"),
  tool("find", "GNU find", "findutils", "find . -maxdepth 0 -printf ''"),
  tool("xargs", "GNU xargs", "findutils", "xargs --version | grep GNU"),
  tool("tar", "GNU tar", { apt: "tar", dnf: "tar", brew: "gnu-tar" }, "tar --version | grep GNU"),
  tool("sed", "GNU sed", { apt: "sed", dnf: "sed", brew: "gnu-sed" }, "sed -z '' /dev/null"),
  tool("grep", "GNU grep", "grep", "grep --version | grep GNU"),
  tool("awk", "awk", { apt: "mawk", dnf: "gawk", brew: "gawk" }),
  tool("cmp", "diffutils", "diffutils"),
  tool("file", "file", { apt: "file", dnf: "file", brew: "file-formula" }),
  tool("jq", "jq", "jq"),
  tool("curl", "curl", "curl"),
  tool("gzip", "gzip", "gzip"),
  tool("xz", "xz", { apt: "xz-utils", dnf: "xz", brew: "xz" }),
  tool("zstd", "zstd", "zstd"),
];

/** Homebrew keeps what this system has in another make under folders of their own, beside its programs. */
const HOMEBREW = ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"];
const GNU = ["coreutils", "findutils", "gnu-tar", "gnu-sed", "grep"];

/** Looks for all of them. Whatever is missing or of another make is named at once. */
export async function findBuildTools(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  standard: string = STANDARD,
): Promise<Result<ToolFolders, EngineFailure>> {
  const folders = { before: gnuFolders(platform), after: [] };
  const lacking = await missing(folders, standard);
  if (lacking.length === 0) return ok(folders);
  const more = (environment["PATH"] ?? "")
    .split(":")
    .filter(
      (folder) => folder.startsWith("/") && lacking.some(({ program }) => existsSync(join(folder, program))),
    );
  const all = { ...folders, after: [...new Set(more)] };
  const stillLacking = all.after.length === 0 ? lacking : await missing(all, standard);
  if (stillLacking.length === 0) return ok(all);
  const tools = [...new Map(stillLacking.map(({ name, packages }) => [name, { name, packages }])).values()];
  return fail({ kind: "tools-missing", tools, installer: installerHere(platform) });
}

/** `path`: as a command is to have it. */
export function searchPath({ before, after }: ToolFolders, path: string = STANDARD): string {
  return [...before, path, ...after].join(":");
}

function gnuFolders(platform: NodeJS.Platform): readonly string[] {
  if (platform !== "darwin") return [];
  return HOMEBREW.flatMap((root) => [
    ...GNU.map((name) => join(root, "opt", name, "libexec/gnubin")),
    join(root, "bin"),
  ]).filter((folder) => existsSync(folder));
}

/** All are asked in one shell. */
async function missing(folders: ToolFolders, standard: string): Promise<readonly Tool[]> {
  const script = TOOLS.map(({ program, check = "true" }, index) => {
    return `{ command -v ${program} && { ${check}; }; } >/dev/null 2>&1 || echo ${index}`;
  }).join("\n");
  const asked = await execa("bash", ["-p", "-c", script], {
    cwd: "/",
    env: { PATH: searchPath(folders, standard), LC_ALL: "C" },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  if (asked.failed && asked.exitCode === undefined) return TOOLS.slice(0, 1);
  return asked.stdout
    .split("\n")
    .filter(Boolean)
    .flatMap((index) => TOOLS[Number(index)] ?? []);
}
