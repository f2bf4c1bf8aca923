export type EngineFailure =
  | MachineFailure
  | { readonly kind: "engine-unreachable"; readonly tried: readonly string[] }
  | { readonly kind: "engine-unfit"; readonly reason: string }
  /** `reason`: why it could not be pulled either; undefined for one of our own. */
  | { readonly kind: "image-missing"; readonly image: string; readonly reason?: string }
  | {
      readonly kind: "image-build-failed";
      readonly image: string;
      readonly reason: string;
      readonly log: readonly string[];
    }
  /** `folder`: of this machine, where it can be said. */
  | { readonly kind: "disk-full"; readonly reason: string; readonly folder?: string }
  | { readonly kind: "engine-error"; readonly during: string; readonly reason: string }
  /** An image was asked for, and only containers stand on one. */
  | { readonly kind: "no-containers"; readonly image: string }
  /** Without containers: this machine's processes cannot be dynos. */
  | { readonly kind: "machine-unfit"; readonly reason: string }
  /** Without containers: it could not do `during`. */
  | { readonly kind: "machine-refused"; readonly during: string; readonly reason: string };

/** What this machine lacks, where builds run on it without containers. */
export type MachineFailure =
  /** This machine has none of that minor; `unfit`: those that do not work. */
  | {
      readonly kind: "python-missing";
      readonly minor: string;
      readonly found: readonly string[];
      readonly unfit: readonly { readonly executable: string; readonly reason: string }[];
      readonly installer: Installer | undefined;
    }
  /** It works, but no virtual environment can be made with it. */
  | {
      readonly kind: "python-unfit";
      readonly minor: string;
      readonly executable: string;
      readonly reason: string;
      readonly installer: Installer | undefined;
    }
  /** Programs of this machine that builds use. */
  | {
      readonly kind: "tools-missing";
      readonly tools: readonly MissingTool[];
      readonly installer: Installer | undefined;
    };

/** By what this machine's user installs programs. */
export type Installer = "apt" | "dnf" | "brew";

export interface MissingTool {
  /** As a person knows it: `GNU find`. */
  readonly name: string;
  /** What holds it, by installer. */
  readonly packages: Readonly<Record<Installer, string>>;
}
