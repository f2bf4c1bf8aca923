import { fail, ok, type Result } from "../kernel/result.ts";
import type { ReleaseFailure } from "./failure.ts";
import type { Release, ReleaseStatus } from "./release.ts";

/** An app's releases, oldest first. A new value for each change. */
export class History {
  readonly releases: readonly Release[];

  constructor(releases: readonly Release[]) {
    this.releases = releases;
  }

  get nextVersion(): number {
    return (this.releases.at(-1)?.version ?? 0) + 1;
  }

  /** The newest release that succeeded: what dynos run. heroku.md 6.5 */
  get current(): Release | undefined {
    return this.releases.findLast((release) => release.status === "succeeded");
  }

  add(release: Release): History {
    return new History([...this.releases, release]);
  }

  withStatus(version: number, status: ReleaseStatus): History {
    return new History(
      this.releases.map((release) => (release.version === version ? { ...release, status } : release)),
    );
  }

  /** As a start finds it: no release command outlives the dynosim that ran it. */
  get afterKill(): History {
    return new History(
      this.releases.map((release) =>
        release.status === "pending" ? { ...release, status: "failed" } : release,
      ),
    );
  }

  /** The release to go back to: the one asked for, else the one before the current. */
  rollbackTarget(version: number | undefined): Result<Release, ReleaseFailure> {
    const { current } = this;
    const target =
      version === undefined
        ? this.releases.findLast(
            (release) => release.version < (current?.version ?? 0) && isEligible(release),
          )
        : this.releases.find((release) => release.version === version && isEligible(release));
    return target === undefined
      ? fail({
          kind: "unknown-release",
          version: version ?? (current?.version ?? 0) - 1,
          newest: this.releases.at(-1)?.version ?? 0,
        })
      : ok(target);
  }
}

/** One that ran once: it succeeded and has a slug. */
function isEligible(release: Release): boolean {
  return release.status === "succeeded" && release.slug !== undefined;
}
