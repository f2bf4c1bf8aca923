import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { probePython, type HostPython, type UnfitPython } from "./probe-python.ts";
import { ProbeNotes } from "./probe-notes.ts";
import { lookAt, type Program } from "./program.ts";
import { namesIn, pythonFolders } from "./python-folders.ts";

/** Older ones are refused by the buildpack, whose words on that need none. buildpack-python.md 4.6 */
const OLDEST = 8;

interface Candidate extends Program {
  /** As its name has it: `3.13`; undefined of `python3`. */
  readonly minor: string | undefined;
}

/** The Pythons of this machine. None is run that is not asked for, and none twice that has not changed. */
export class HostPythons {
  readonly #environment: Environment;
  readonly #root: string;
  readonly #notes: ProbeNotes;
  #seen: readonly Candidate[] | undefined;

  /** `notes`: a file that remembers what was found. `root`: where the system's own folders are; `/` but for tests. */
  constructor(environment: Environment, notes: string, root = "/") {
    this.#environment = environment;
    this.#root = root;
    this.#notes = new ProbeNotes(notes);
  }

  /** Minors with a Python that works, oldest first: `3.11`, `3.13`. */
  minors(): readonly string[] {
    const candidates = this.#candidates();
    const programs = this.#minorsOf(candidates.filter(({ isScript }) => !isScript));
    // what a script leads to is found by itself as a rule, and asking each takes long
    const found = programs.size > 0 ? programs : this.#minorsOf(candidates);
    return [...found].filter(isWanted).toSorted(new Intl.Collator("en", { numeric: true }).compare);
  }

  /** The first that works; undefined where there is none. What was seen is looked through first, for to look takes a while. */
  find(minor: string): HostPython | undefined {
    const seen = (this.#seen ?? []).filter((one) => one.minor === minor && isAsItWas(one));
    return this.#firstOf(minor, seen) ?? this.#firstOf(minor, this.#mayBe(minor));
  }

  #firstOf(minor: string, mayBe: readonly Candidate[]): HostPython | undefined {
    for (const scripts of [false, true])
      for (const one of mayBe) {
        if (one.isScript !== scripts) continue;
        const python = this.#working(one);
        if (python?.minor === minor) return python;
      }
    return undefined;
  }

  /** Those of that name that do not work, and why. */
  unfit(minor: string): readonly UnfitPython[] {
    return this.#mayBe(minor)
      .filter((one) => one.minor === minor)
      .flatMap((one) => {
        const found = this.#probe(one);
        return "reason" in found ? [{ executable: one.path, reason: found.reason }] : [];
      });
  }

  #minorsOf(candidates: readonly Candidate[]): ReadonlySet<string> {
    const found = new Set<string>();
    for (const one of candidates) {
      if (one.minor !== undefined && found.has(one.minor)) continue;
      const python = this.#working(one);
      if (python) found.add(python.minor);
    }
    return found;
  }

  #mayBe(minor: string): readonly Candidate[] {
    return this.#candidates().filter((one) => one.minor === minor || one.minor === undefined);
  }

  /** Each program once, wherever links to it are. */
  #candidates(): readonly Candidate[] {
    const found = new Map<string, Candidate>();
    for (const folder of pythonFolders(this.#environment, this.#root))
      // the full name first: `python` may be another's one day
      for (const name of namesIn(folder).filter(isPython).toSorted().toReversed()) {
        const program = lookAt(join(folder, name));
        if (program === undefined) continue;
        const minor = minorOf(name) ?? minorOf(program.target);
        if (minor !== undefined && !isWanted(minor)) continue;
        // every script of a version manager may lead to the same file
        const key = program.isScript ? program.path : program.target;
        const known = found.get(key);
        if (known === undefined || (known.minor === undefined && minor !== undefined))
          found.set(key, { ...program, minor });
      }
    this.#seen = [...found.values()];
    return this.#seen;
  }

  #working(candidate: Candidate): HostPython | undefined {
    const found = this.#probe(candidate);
    return "reason" in found ? undefined : found;
  }

  #probe(candidate: Candidate): HostPython | UnfitPython {
    const probe = (): HostPython | UnfitPython => probePython(candidate.path, this.#environment);
    // what a script leads to changes without it
    return candidate.isScript ? probe() : this.#notes.recall(candidate, probe);
  }
}

function isAsItWas({ path, identity }: Candidate): boolean {
  return lookAt(path)?.identity === identity;
}

function isPython(name: string): boolean {
  return /^python(?:3(?:\.\d+)?)?$/.test(name);
}

function minorOf(path: string): string | undefined {
  return /(?:^|\/)python(3\.\d+)$/.exec(path)?.[1];
}

function isWanted(minor: string): boolean {
  return Number(minor.split(".")[1]) >= OLDEST;
}
