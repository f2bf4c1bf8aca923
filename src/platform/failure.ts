import type { Millis } from "../kernel/units.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { SlugOrigin } from "../engine/slug-origin.ts";
import type { FormationFailure } from "../formation/failure.ts";
import type { ManifestFailure } from "../manifest/failure.ts";
import type { ReleaseFailure } from "../release/failure.ts";
import type { BuildReport } from "../slug/build-report.ts";
import type { SlugFailure } from "../slug/failure.ts";

/** Everything a user can run into, as facts. The words are in `explain.ts`. */
export type PlatformFailure =
  EngineFailure | FormationFailure | ManifestFailure | ReleaseFailure | SlugFailure | OwnFailure;

type OwnFailure =
  | {
      readonly kind: "already-up";
      readonly folder: string;
      readonly pid: number;
      readonly url: string | undefined;
    }
  | { readonly kind: "busy"; readonly folder: string; readonly pid: number }
  | { readonly kind: "not-up"; readonly app: string }
  | {
      readonly kind: "port-taken";
      readonly what: Listener;
      readonly port: number;
      /** The app whose dynosim listens there, if it is one of this user's. */
      readonly holder: string | undefined;
    }
  | {
      readonly kind: "cannot-listen";
      readonly what: Listener;
      readonly host: string;
      readonly port: number;
      /** The system's. */
      readonly code: string;
      /** Those the machine has. */
      readonly addresses: readonly string[];
    }
  | { readonly kind: "state-unwritable"; readonly folder: string; readonly reason: string }
  | { readonly kind: "certificates-unwritable"; readonly folder: string; readonly reason: string }
  | { readonly kind: "state-unreadable"; readonly file: string; readonly reason: string }
  | { readonly kind: "state-newer"; readonly file: string; readonly version: number }
  | { readonly kind: "bad-app-name"; readonly name: string; readonly nearest: string }
  | { readonly kind: "bad-domain"; readonly hostname: string }
  | { readonly kind: "domain-taken"; readonly hostname: string }
  | { readonly kind: "unknown-domain"; readonly hostname: string }
  | { readonly kind: "own-domain"; readonly hostname: string }
  | { readonly kind: "preboot-unavailable"; readonly size: string }
  | { readonly kind: "unknown-feature"; readonly name: string; readonly known: readonly string[] }
  /** `code`: the router's, for the first request. */
  | { readonly kind: "rehearsal-not-serving"; readonly code: string }
  | { readonly kind: "does-not-sleep"; readonly size: string }
  | { readonly kind: "no-web-no-sleep" }
  | { readonly kind: "stuck-asleep"; readonly dyno: string }
  | { readonly kind: "nothing-deployed"; readonly app: string }
  | {
      readonly kind: "one-off-limit";
      readonly size: string;
      readonly limit: number;
      readonly running: readonly string[];
    }
  | { readonly kind: "dyno-not-up"; readonly dyno: string; readonly state: string }
  | {
      readonly kind: "bad-limit";
      readonly variable: string;
      readonly text: string;
      readonly most: Millis;
    }
  /** A rollback to a release whose slug has been dropped. */
  | { readonly kind: "slug-not-kept"; readonly version: number }
  | { readonly kind: "hours-exhausted"; readonly size: string }
  /** Of DYNOSIM_ENGINE. */
  | { readonly kind: "bad-engine"; readonly text: string }
  /** A release whose slug the other engine has. */
  | { readonly kind: "slug-elsewhere"; readonly version: number; readonly origin: SlugOrigin }
  | { readonly kind: "bad-duration"; readonly text: string }
  | { readonly kind: "clock-backwards"; readonly asked: string }
  | { readonly kind: "clock-too-far"; readonly asked: string }
  | { readonly kind: "nothing-due" };

type Listener = "router" | "control API";

/** What a person reads, and the exit code that goes with it. design.md 5 */
export interface Explanation {
  readonly title: string;
  readonly body: string;
  readonly next: string;
  /** Of a build that failed, for programs: `build --json`, `up --json` and the control API. */
  readonly build?: {
    readonly language: string;
    readonly status: number;
    /** Such as `collectstatic-missing-file`; null where the buildpack gave none. buildpack-python.md 12 */
    readonly identifier: string | null;
    readonly report: BuildReport;
  };
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 7;
}
