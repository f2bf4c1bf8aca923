import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { HostPython } from "./probe-python.ts";

/** This machine's Python as the Python buildpack finds it in a stack image: buildpack-sim/python/README.md */
export const IN_STACK = {
  /** A virtual environment with nothing in it: links to the interpreter, and a place for packages. */
  tree: "python",
  version: "python-version",
  wheels: "wheels",
  /** Of what it was made. */
  note: "made-of.json",
} as const;

/** Run by that Python: makes the tree in the folder that is its argument, and says no word. */
const MAKE = String.raw`import os, sys, venv
tree = sys.argv[1]
venv.EnvBuilder(symlinks=True, with_pip=False).create(tree)
os.makedirs(os.path.join(tree, "include"), exist_ok=True)
# they name the place where the tree was made, which no slug has
for name in os.listdir(os.path.join(tree, "bin")):
    if name.lower().startswith("activate"): os.remove(os.path.join(tree, "bin", name))
ignore = os.path.join(tree, ".gitignore")
if os.path.exists(ignore): os.remove(ignore)
config = os.path.join(tree, "pyvenv.cfg")
lines = [line for line in open(config) if not line.startswith("command")]
open(config, "w").writelines(lines)`;

/** The wheel of pip that comes with Python, that the system keeps for all Pythons, or else one of the pip that is installed. */
const WHEEL = String.raw`import glob, os, re, shutil, sys, sysconfig, zipfile
into = sys.argv[1]
places = [os.path.join(sysconfig.get_path("stdlib"), "ensurepip/_bundled"), sysconfig.get_config_var("WHEEL_PKG_DIR"), "/usr/share/python-wheels"]
number = lambda path: [int(part) for part in re.findall(r"\d+", os.path.basename(path).split("-")[1])]
for place in filter(None, places):
    wheels = sorted(glob.glob(os.path.join(place, "pip-*.whl")), key=number)
    if wheels:
        shutil.copy(wheels[-1], into)
        sys.exit()
try:
    import pip
except ImportError:
    sys.exit("it has no pip, and the wheel of it that the module ensurepip brings is not there")
package = os.path.dirname(pip.__file__)
with zipfile.ZipFile(os.path.join(into, "pip-%s-py3-none-any.whl" % pip.__version__), "w", zipfile.ZIP_DEFLATED) as wheel:
    for folder, folders, files in os.walk(package):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            path = os.path.join(folder, name)
            wheel.write(path, os.path.join("pip", os.path.relpath(path, package)))`;
const CHECK =
  "import sys; sys.exit(0 if sys.prefix != sys.base_prefix else 'it takes no notice of pyvenv.cfg')";

/** Makes `folder`, whole or not at all. Throws with a reason. */
export async function makePythonTree(python: HostPython, identity: string, folder: string): Promise<void> {
  const made = `${folder}.new-${randomBytes(4).toString("hex")}`;
  const tree = join(made, IN_STACK.tree);
  const wheels = join(made, IN_STACK.wheels);
  try {
    await mkdir(wheels, { recursive: true, mode: 0o700 });
    await runPython(python.executable, [MAKE, tree]);
    await runPython(join(tree, "bin/python"), [CHECK]);
    await runPython(python.executable, [WHEEL, wheels]);
    await writeFile(join(made, IN_STACK.version), `${python.version}\n`);
    await writeFile(join(made, IN_STACK.note), JSON.stringify({ identity }));
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } catch (error) {
    // another dynosim may have been faster
    if ((await identityOf(folder)) !== identity) throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** What the tree in there was made of; undefined where there is none. */
export async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const note = JSON.parse(await readFile(join(folder, IN_STACK.note), "utf8")) as { identity: string };
    return note.identity;
  } catch {
    return undefined;
  }
}

/** -I: neither its user's packages nor a file of the same name in the working directory. */
async function runPython(
  executable: string,
  [script, ...args]: readonly [string, ...string[]],
): Promise<void> {
  const ran = await execa(executable, ["-I", "-B", "-c", script, ...args], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: PATIENCE_MS,
  });
  if (ran.failed) throw new Error(ran.stderr.trim().split("\n").at(-1) || ran.shortMessage);
}

/** It takes 0.1 s; a machine that is very busy takes its time. */
const PATIENCE_MS = 60_000;
