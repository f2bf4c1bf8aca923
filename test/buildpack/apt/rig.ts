import { chmod, cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readOr, Rig, write, type Files, type Outcome, type Script } from "../rig.ts";

export const TRIXIE: string =
  'ID=debian\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n';
export const NOBLE: string = 'ID=ubuntu\nVERSION_ID="24.04"\n';

/** A rig with the apt buildpack and puppets for what it calls. */
export class AptRig extends Rig {
  readonly puppet: string;

  private constructor(root: string) {
    super(root);
    this.puppet = join(root, "puppet");
  }

  static async open(system: string = TRIXIE): Promise<AptRig> {
    const rig = new AptRig(await Rig.furnish("apt"));
    await mkdir(join(rig.puppet, "bin"), { recursive: true });
    for (const name of ["apt-get", "dpkg", "curl"]) {
      await cp(join(import.meta.dirname, "puppet.sh"), join(rig.puppet, "bin", name));
      await chmod(join(rig.puppet, "bin", name), 0o755);
    }
    await write(join(rig.root, "etc"), {
      "os-release": system,
      "apt/sources.list": "deb http://mirror/debian trixie main\n",
    });
    return rig;
  }

  /** A build of an app with this Aptfile. */
  aptfile(text: string, script: Script & { readonly puppet?: Files } = {}): Promise<Outcome> {
    return write(this.puppet, script.puppet ?? {}).then(() =>
      this.compile({ ...script, files: { Aptfile: text, ...script.files } }),
    );
  }

  /** How the puppets were called, oldest first, apt's own places left out; and forgets it. */
  async calls(): Promise<readonly string[]> {
    const text = this.plain(await readOr(join(this.puppet, "calls"), ""));
    await rm(join(this.puppet, "calls"), { force: true });
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.replaceAll(/ \[-o\] \[[^\]]*\]/g, ""));
  }

  async sources(): Promise<string> {
    return await readOr(join(this.puppet, "sources-of-last-call"), "");
  }

  protected override get stand(): Readonly<Record<string, string>> {
    return {
      PATH: `${join(this.puppet, "bin")}:/usr/local/bin:/usr/bin:/bin`,
      PUPPET: this.puppet,
      DYNOSIM_SYSTEM_ETC: join(this.root, "etc"),
    };
  }
}
