import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * A folder in which dynosim is installed as its package has it: built, with the files that package.json names, and its
 * dependencies beside it. Examples that are asked for stand in it as they do here.
 */
export class Installed implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "dynosim-journey-installed-"));

  readonly #apps: readonly string[];

  private constructor(apps: readonly string[]) {
    this.#apps = apps;
  }

  /** `apps`: which folders below `examples` are apps that tests start. */
  static async withExamples(examples: readonly string[], apps: readonly string[]): Promise<Installed> {
    const installed = new Installed(apps);
    const dynosim = join(installed.folder, "node_modules/dynosim");
    mkdirSync(dynosim, { recursive: true });
    const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly files: readonly string[];
    };
    for (const file of ["package.json", ...files.filter((one) => one !== "dist")])
      cpSync(join(ROOT, file), join(dynosim, file), { recursive: true });
    await execa("tsc", ["-p", "tsconfig.build.json", "--outDir", join(dynosim, "dist")], {
      cwd: ROOT,
      preferLocal: true,
    });
    symlinkSync(join(ROOT, "node_modules"), join(dynosim, "node_modules"));
    await execa(process.execPath, [join(ROOT, "scripts/bundle.ts"), join(dynosim, "dist")]);
    symlinkSync(join(ROOT, "node_modules/vitest"), join(installed.folder, "node_modules/vitest"));
    for (const example of examples)
      cpSync(join(ROOT, "examples", example), join(installed.folder, "examples", example), {
        recursive: true,
        filter: (source) => !source.includes(".dynosim"),
      });
    return installed;
  }

  /** The apps' images in the engine go with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const bin = join(this.folder, "node_modules/dynosim/bin/dynosim.js");
    for (const example of this.#apps)
      await execa(process.execPath, [bin, "clean", "--dir", join(this.folder, "examples", example)]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
