import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { hostFiles, hostVariables, readHostSettings } from "../../src/engine/lent/host-settings.ts";
import { timed } from "./samples.ts";

export const BUILD_IMAGE = "dynosim/stack-build:heroku-24-py3.13";

/** Commands in the image of our builds, with this machine's settings for pip and npm, and nothing else of dynosim. */
export class BuildImage implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "dynosim-bench-host-"));
  readonly #mounts: string[] = [];
  readonly #variables: string[];

  static async prepare(): Promise<BuildImage> {
    const host = await readHostSettings(process.env);
    const image = new BuildImage(hostVariables(host));
    for (const { path, content } of hostFiles(host)) image.#mount(path, content);
    return image;
  }

  private constructor(variables: Readonly<Record<string, string>>) {
    this.#variables = Object.entries(variables).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  }

  #mount(path: string, content: string | Buffer): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    this.#mounts.push("-v", `${file}:/${path}:ro`);
  }

  /** Milliseconds of `docker run`. `volumes`: as it takes them. */
  run(script: string, volumes: readonly string[]): Promise<number> {
    const mounts = volumes.flatMap((volume) => ["-v", volume]);
    const command = [BUILD_IMAGE, "bash", "-euc", script];
    return timed(() =>
      execa("docker", ["run", "--rm", ...this.#variables, ...this.#mounts, ...mounts, ...command]),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
