import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readOr, Rig, write, type Files, type Outcome, type Script } from "../rig.ts";

export interface PythonScript extends Script {
  /** What the Python puppet shall do; see puppet-python.sh. */
  readonly puppet?: Files;
  /** A shell script that `pip install` runs: its first argument is site-packages. Kept for later builds of the rig. */
  readonly installs?: string;
}

/** Makes pip "install" these packages. */
export function installing(...names: readonly string[]): string {
  return names.map((name) => `mkdir -p "$1/${name}"`).join("\n");
}

/** A rig with the Python buildpack and a puppet for its Python. */
export class PythonRig extends Rig {
  readonly puppet: string;

  private constructor(root: string) {
    super(root);
    this.puppet = join(root, "puppet");
  }

  static async open(imageVersion = "3.13.5", parent?: string): Promise<PythonRig> {
    const rig = new PythonRig(await Rig.furnish("python", parent));
    await mkdir(rig.puppet);
    await rig.useImage(imageVersion);
    return rig;
  }

  /** Puts another Python into the "stack image". */
  async useImage(version: string): Promise<void> {
    const image = join(this.root, "image");
    await rm(image, { recursive: true, force: true });
    const lib = `python/lib/python${version.replace(/\.\d+$/, "")}/site-packages`;
    await write(image, {
      "python-version": `${version}\n`,
      "wheels/pip-24.2-py3-none-any.whl": "",
      [lib]: null,
      "python/include": null,
    });
    await mkdir(join(image, "python/bin"));
    await cp(join(import.meta.dirname, "puppet-python.sh"), join(image, "python/bin/python"));
    await chmod(join(image, "python/bin/python"), 0o755);
  }

  override async compile(script: PythonScript = {}): Promise<Outcome> {
    await write(this.puppet, script.puppet ?? {});
    if (script.installs !== undefined) {
      const file = join(this.puppet, "installs");
      await writeFile(file, `#!/bin/sh\n${script.installs}\n`);
      await chmod(file, 0o755);
    }
    return await super.compile(script);
  }

  /** How the puppet was called, oldest first; and forgets it. */
  async calls(): Promise<readonly string[]> {
    const text = this.plain(await readOr(join(this.puppet, "calls"), ""));
    await rm(join(this.puppet, "calls"), { force: true });
    return text.split("\n").filter((line) => line !== "");
  }

  async environmentOfLastCall(): Promise<ReadonlyMap<string, string>> {
    const text = this.plain(await readFile(join(this.puppet, "env-of-last-call"), "utf8"));
    return new Map(text.split("\n").map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
  }

  protected override get stand(): Readonly<Record<string, string>> {
    return { DYNOSIM_PYTHON_ROOT: join(this.root, "image"), PUPPET: this.puppet };
  }

  protected override get places(): readonly (readonly [path: string, name: string])[] {
    return [[join(this.root, "image"), "/opt/dynosim"]];
  }
}
