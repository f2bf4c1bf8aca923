import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { PlatformFailure } from "./failure.ts";
import { writeWhole } from "./run-file.ts";
import { PARTS, readState, type State } from "./state.ts";

/** Its own ignore file, so that nothing of it is ever committed or built. */
const IGNORE = "# made by dynosim\n*\n";

/** The part of the state folder that the app of the folder's tests has. */
export const TESTING = "testing";

export interface Loaded {
  /** As much as there is and could be proven; nothing for an app that is new. */
  readonly state: Partial<State>;
  readonly rescue: Rescue | undefined;
}

/** What came of a damaged state file. */
export interface Rescue {
  readonly file: string;
  readonly reason: string;
  /** Where the damaged file is kept. */
  readonly aside: string;
  /** Parts that were taken from the save before it. */
  readonly fromPrevious: readonly string[];
  /** Parts that neither has. */
  readonly lost: readonly string[];
}

/** The app's folder of state. Each save is whole or not at all, and the one before it is kept. */
export class Store {
  readonly folder: string;
  readonly #file: string;
  readonly #previous: string;
  readonly #saving: (step: "drafted" | "saved") => void;
  /** What the next save takes the place of is nothing to fall back on. */
  #isDamaged = false;

  /** `part`: of an app of its own beside the folder's. `saving`: told of each step of a save. */
  constructor(appFolder: string, part = "", saving: (step: "drafted" | "saved") => void = () => {}) {
    this.#saving = saving;
    this.folder = join(appFolder, ".dynosim", part);
    this.#file = join(this.folder, "state.json");
    this.#previous = join(this.folder, "state.previous.json");
  }

  prepare(): Result<void, PlatformFailure> {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(this.folder, ".gitignore"), IGNORE);
      return ok();
    } catch (error) {
      return fail({ kind: "state-unwritable", folder: this.folder, reason: (error as Error).message });
    }
  }

  /**
   * A damaged file is kept aside, and what is sound in it, then in the save before it, is the state; both stay as they
   * are until that is saved, for a start that comes to nothing after this. That of a newer
   * dynosim is left alone: to begin anew beside it would lose the config vars and what the engine keeps for the app.
   */
  load(): Result<Loaded, PlatformFailure> {
    const text = this.#read(this.#file);
    if (!text.ok) return text;
    if (text.value === undefined) return ok({ state: {}, rescue: undefined });
    const reading = readState(text.value);
    switch (reading.kind) {
      case "whole":
        return ok({ state: reading.state, rescue: undefined });
      case "newer":
        return fail({ kind: "state-newer", file: this.#file, version: reading.version });
      case "damaged":
        return ok(this.#rescue(text.value, reading.reason, reading.sound));
    }
  }

  save(state: State): void {
    if (!this.#isDamaged) this.#keepPrevious();
    writeWhole(this.#file, `${JSON.stringify(state, undefined, 1)}\n`, () => this.#saving("drafted"));
    this.#isDamaged = false;
    this.#saving("saved");
  }

  #rescue(damaged: string, reason: string, sound: Partial<State>): Loaded {
    const former = this.#former();
    const state = { ...former, ...sound };
    const aside = this.#keepAside(damaged);
    this.#isDamaged = true;
    const missing = PARTS.filter((part) => part !== "version" && !Object.hasOwn(sound, part));
    const fromPrevious = missing.filter((part) => Object.hasOwn(former, part));
    const lost = missing.filter((part) => !Object.hasOwn(former, part));
    return { state, rescue: { file: this.#file, reason, aside, fromPrevious, lost } };
  }

  #read(file: string): Result<string | undefined, PlatformFailure> {
    try {
      return ok(readFileSync(file, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return ok(undefined);
      return fail({ kind: "state-unreadable", file, reason: (error as Error).message });
    }
  }

  /** What can be proven of the save before the last. */
  #former(): Partial<State> {
    const text = this.#read(this.#previous);
    const reading = text.ok && text.value !== undefined ? readState(text.value) : undefined;
    // parts that are not set are not written, and are proven all the same
    if (reading?.kind === "whole")
      return Object.fromEntries(PARTS.map((part) => [part, reading.state[part]])) as Partial<State>;
    return reading?.kind === "damaged" ? reading.sound : {};
  }

  /** As a second name of the same file, before the first one is given to the next save. */
  #keepPrevious(): void {
    const draft = `${this.#previous}.${process.pid}.tmp`;
    rmSync(draft, { force: true });
    try {
      linkSync(this.#file, draft);
      renameSync(draft, this.#previous);
    } catch {
      // None yet, or a file system without links: then there is none to fall back on.
    }
  }

  /** The file itself stays as well, until the next save takes its place. */
  #keepAside(damaged: string): string {
    for (let number = 1; ; number += 1) {
      const aside = `${this.#file}.damaged-${number}`;
      try {
        copyFileSync(this.#file, aside, constants.COPYFILE_EXCL);
        return aside;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        // kept by a start that came to an end before it could save
        if (readFileSync(aside, "utf8") === damaged) return aside;
      }
    }
  }
}
