import { execFileSync } from "node:child_process";
import type { Environment } from "../environment.ts";

/** A Python of this machine that works. */
export interface HostPython {
  /** `3.13` */
  readonly minor: string;
  /** `3.13.0` */
  readonly version: string;
  /** The interpreter itself, where a script or a virtual environment led to it. */
  readonly executable: string;
}

/** One that does not. */
export interface UnfitPython {
  readonly executable: string;
  readonly reason: string;
}

/** Without these modules no virtual environment is made, and nothing is fetched. */
const PROBE = `import json, platform, ssl, sys, venv, zlib
if sys.implementation.name != "cpython": sys.exit("it is " + sys.implementation.name + ", not CPython")
base = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({"minor": "%d.%d" % sys.version_info[:2], "version": platform.python_version(), "executable": base}))`;
/** What would make it another Python than it is by itself. */
const MISLEADING = /^(?:PYTHON|VIRTUAL_ENV$|CONDA_|__PYVENV_LAUNCHER__$)/;
/** A script that stands for Python may ask the world; Python itself takes some 20 ms. */
const PATIENCE_MS = 5000;

/** Runs it: a name says little, as scripts of version managers have it whether or not they lead anywhere. */
export function probePython(path: string, environment: Environment): HostPython | UnfitPython {
  try {
    const said = execFileSync(path, ["-I", "-c", PROBE], {
      encoding: "utf8",
      env: Object.fromEntries(Object.entries(environment).filter(([name]) => !MISLEADING.test(name))),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
    });
    const found = JSON.parse(said.trim().split("\n").at(-1) ?? "") as HostPython;
    return { minor: found.minor, version: found.version, executable: found.executable };
  } catch (error) {
    return { executable: path, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const { stderr, code, message } = error as Error & { readonly stderr?: string; readonly code?: string };
  if (code === "ETIMEDOUT") return `it did not answer within ${PATIENCE_MS / 1000} s`;
  const lines = (stderr ?? "").trim().split("\n");
  // Python says last what is wrong, all others first
  return (lines[0]?.startsWith("Traceback") ? lines.at(-1) : lines[0]) || message.split("\n")[0] || "";
}
