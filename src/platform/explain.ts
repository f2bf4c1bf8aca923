import type { Explanation, PlatformFailure } from "./failure.ts";
import { explainClock } from "./explain/clock.ts";
import { explainChoice } from "./explain/engine-choice.ts";
import { explainDomain } from "./explain/domain.ts";
import { explainEngine } from "./explain/engine.ts";
import { explainFeature } from "./explain/feature.ts";
import { explainFormation } from "./explain/formation.ts";
import { explainKeptSlugs } from "./explain/kept-slugs.ts";
import { explainManifest } from "./explain/manifest.ts";
import { explainHours } from "./explain/hours.ts";
import { explainOffline } from "./explain/offline.ts";
import { explainListening } from "./explain/listening.ts";
import { explainOwn } from "./explain/own.ts";
import { explainRehearsal } from "./explain/rehearsal.ts";
import { explainRelease } from "./explain/release.ts";
import { explainSlug } from "./explain/slug.ts";
import { explainStuck } from "./explain/stopping.ts";

type Kind = PlatformFailure["kind"];
type Words = { readonly [K in Kind]: (failure: Extract<PlatformFailure, { kind: K }>) => Explanation };

/** A failure without a row does not compile; neither does a row that leads to the wrong file. */
const WORDS: Words = {
  "engine-unreachable": explainEngine,
  "engine-unfit": explainEngine,
  "image-missing": explainEngine,
  "image-build-failed": explainEngine,
  "disk-full": explainEngine,
  "python-missing": explainEngine,
  "python-unfit": explainEngine,
  "tools-missing": explainEngine,
  "engine-error": explainEngine,
  "no-containers": explainEngine,
  "machine-unfit": explainEngine,
  "machine-refused": explainEngine,
  "bad-engine": explainChoice,
  "slug-elsewhere": explainChoice,
  "unknown-process-type": explainFormation,
  "unknown-dyno": explainFormation,
  "unknown-dyno-type": explainFormation,
  "bad-quantity": explainFormation,
  "scaling-limit": explainFormation,
  "mixed-dyno-types": explainFormation,
  "release-runs-once": explainFormation,
  "preboot-under-way": explainFormation,
  "folder-missing": explainManifest,
  "git-refused": explainManifest,
  "submodule-refused": explainManifest,
  "checkout-too-large": explainManifest,
  "git-wanted": explainManifest,
  "unknown-ref": explainManifest,
  unreadable: explainManifest,
  "bad-json": explainManifest,
  "bad-app-json": explainManifest,
  "bad-env-file": explainManifest,
  "bad-config-var": explainRelease,
  "config-vars-too-large": explainRelease,
  "unknown-release": explainRelease,
  "release-phase-failed": explainRelease,
  "release-phase-stopped": explainRelease,
  "no-release-phase": explainRelease,
  "required-config-vars": explainRelease,
  "no-buildpack": explainSlug,
  "buildpack-refused": explainSlug,
  "bad-buildpack": explainSlug,
  "unknown-buildpack": explainSlug,
  "buildpack-unreachable": explainSlug,
  "buildpack-ref": explainSlug,
  "unsafe-archive": explainSlug,
  "compile-failed": explainSlug,
  "offline-missing": explainOffline,
  "build-out-of-memory": explainSlug,
  "slug-too-large": explainSlug,
  "build-timeout": explainSlug,
  "build-aborted": explainSlug,
  "no-slug-folder": explainSlug,
  "source-changed": explainSlug,
  "slug-file": explainSlug,
  "already-up": explainOwn,
  busy: explainOwn,
  "not-up": explainOwn,
  "port-taken": explainListening,
  "cannot-listen": explainListening,
  "state-unreadable": explainOwn,
  "state-newer": explainOwn,
  "state-unwritable": explainOwn,
  "certificates-unwritable": explainOwn,
  "bad-app-name": explainOwn,
  "nothing-deployed": explainOwn,
  "dyno-not-up": explainOwn,
  "one-off-limit": explainOwn,
  "slug-not-kept": explainKeptSlugs,
  "hours-exhausted": explainHours,
  "no-web-no-sleep": explainHours,
  "stuck-asleep": explainStuck,
  "rehearsal-not-serving": explainRehearsal,
  "does-not-sleep": explainRehearsal,
  "bad-limit": explainOwn,
  "unknown-feature": explainFeature,
  "preboot-unavailable": explainFeature,
  "bad-domain": explainDomain,
  "domain-taken": explainDomain,
  "unknown-domain": explainDomain,
  "own-domain": explainDomain,
  "bad-duration": explainClock,
  "clock-backwards": explainClock,
  "clock-too-far": explainClock,
  "nothing-due": explainClock,
};

/** The one road from a failure to the words a person reads. */
export function explain(failure: PlatformFailure): Explanation {
  const words = WORDS[failure.kind] as (failure: PlatformFailure) => Explanation;
  return words(failure);
}
