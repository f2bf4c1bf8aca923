import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { HostPython, UnfitPython } from "./probe-python.ts";
import type { Program } from "./program.ts";

type Found = HostPython | UnfitPython;

interface Note {
  readonly identity: string;
  readonly found: Found;
}

/** What running a program told, for as long as it is the same file: from one dynosim to the next. */
export class ProbeNotes {
  readonly #file: string;
  #notes: Record<string, Note> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  recall({ path, identity }: Program, probe: () => Found): Found {
    this.#notes ??= read(this.#file);
    const note = this.#notes[path];
    // Python that failed may have lacked something else of the machine
    if (note?.identity === identity && !("reason" in note.found)) return note.found;
    const found = probe();
    this.#notes[path] = { identity, found };
    write(this.#file, this.#notes);
    return found;
  }
}

function read(file: string): Record<string, Note> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Note>;
  } catch {
    return {};
  }
}

/** Nobody needs it. */
function write(file: string, notes: Readonly<Record<string, Note>>): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(notes), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // then they are run again
  }
}
