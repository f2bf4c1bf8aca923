import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readOr, Rig, write, type Files, type Outcome, type Script } from "../rig.ts";
import { furnishRegistry, NPM_VERSIONS } from "./puppet-registry.ts";

export interface NodeScript extends Script {
  /** What the puppets shall do; see puppet-tool.sh. */
  readonly puppet?: Files;
  /** Content of package.json, unless `files` has one. */
  readonly packageJson?: Readonly<Record<string, unknown>>;
}

/** A rig with the Node.js buildpack and a puppet registry, whose Node.js, npm, Yarn and pnpm are puppets. */
export class NodeRig extends Rig {
  readonly puppet: string;
  readonly registry: string;

  private constructor(root: string) {
    super(root);
    this.puppet = join(root, "puppet");
    this.registry = join(root, "registry");
  }

  static async open(): Promise<NodeRig> {
    const rig = new NodeRig(await Rig.furnish("nodejs"));
    await mkdir(rig.puppet);
    const url = await furnishRegistry(rig.registry);
    await writeFile(join(rig.root, "npmrc"), `registry=${url}\n`);
    await writeFile(join(rig.root, "buildpack/data/npm-versions.json"), JSON.stringify(NPM_VERSIONS));
    return rig;
  }

  override async compile(script: NodeScript = {}): Promise<Outcome> {
    await write(this.puppet, script.puppet ?? {});
    return await super.compile({
      ...script,
      files: { "package.json": JSON.stringify(script.packageJson ?? { name: "app" }), ...script.files },
    });
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

  protected override get stand(): Readonly<Record<string, string>> {
    return { DYNOSIM_NPMRC: join(this.root, "npmrc"), PUPPET: this.puppet };
  }
}
