import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readOr, Rig, write, type Files, type Outcome, type Script } from "../rig.ts";
import { furnishRegistry } from "./puppet-registry.ts";

export interface NodeScript extends Script {
  /** What the puppets shall do; see puppet-tool.sh. */
  readonly puppet?: Files;
  /** Content of package.json, unless `files` has one. */
  readonly packageJson?: Readonly<Record<string, unknown>>;
}

let shared: Promise<string> | undefined;

/** One for all rigs of a process: what it holds is the same for all. */
function sharedRegistry(): Promise<string> {
  shared ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "dynosim-registry-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await furnishRegistry(folder);
    return folder;
  })();
  return shared;
}

/** A rig with the Node.js buildpack and a puppet registry, whose Node.js, npm, Yarn and pnpm are puppets. */
export class NodeRig extends Rig {
  readonly puppet: string;
  /** Its folder. */
  readonly registry: string;
  readonly #isOwn: boolean;

  private constructor(root: string, registry: string, isOwn: boolean) {
    super(root);
    this.puppet = join(root, "puppet");
    this.registry = registry;
    this.#isOwn = isOwn;
  }

  static async open(): Promise<NodeRig> {
    return await NodeRig.at(await sharedRegistry());
  }

  /** With a registry of its own, for a test to meddle with. */
  static async withOwnRegistry(): Promise<NodeRig> {
    const folder = await mkdtemp(join(tmpdir(), "dynosim-registry-"));
    await furnishRegistry(folder);
    return await NodeRig.at(folder, true);
  }

  private static async at(registry: string, isOwn = false): Promise<NodeRig> {
    const rig = new NodeRig(await Rig.furnish("nodejs"), registry, isOwn);
    await mkdir(rig.puppet);
    await writeFile(
      join(rig.root, "npmrc"),
      `registry=${pathToFileURL(registry).href}
`,
    );
    return rig;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOwn) await rm(this.registry, { recursive: true, force: true });
    await super[Symbol.asyncDispose]();
  }

  override async compile(script: NodeScript = {}): Promise<Outcome> {
    await write(this.puppet, script.puppet ?? {});
    return await super.compile({
      ...script,
      files: { "package.json": JSON.stringify(script.packageJson ?? { name: "app" }), ...script.files },
    });
  }

  /** What a tool shall do for one of its verbs from now on: `npm-ci`, as a shell script. */
  async teach(verb: string, script: string): Promise<void> {
    await writeFile(join(this.puppet, verb), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
  }

  /** How npm, Yarn and pnpm were called, oldest first, without `--version`; and forgets it. */
  async calls(): Promise<readonly string[]> {
    const text = this.plain(await readOr(join(this.puppet, "calls"), ""));
    await rm(join(this.puppet, "calls"), { force: true });
    return text.split("\n").filter((line) => line !== "");
  }

  async environmentOfLastCall(): Promise<ReadonlyMap<string, string>> {
    const text = this.plain(await readFile(join(this.puppet, "env-of-last-call"), "utf8"));
    return new Map(text.split("\n").map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
  }

  /** The `export` file, for later buildpacks. */
  async exported(): Promise<string> {
    return this.plain(await readFile(join(this.root, "buildpack/export"), "utf8"));
  }

  /** What is kept of the registry in the app's cache. */
  async kept(): Promise<readonly string[]> {
    return (await readdir(join(this.cache, "binaries"))).toSorted();
  }

  protected override get stand(): Readonly<Record<string, string>> {
    return { DYNOSIM_NPMRC: join(this.root, "npmrc"), PUPPET: this.puppet };
  }

  protected override get places(): readonly (readonly [path: string, name: string])[] {
    return [[this.registry, "REGISTRY"]];
  }
}
