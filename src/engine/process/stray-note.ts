import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IN_ROOM, type Room } from "./room.ts";

/** Start times by pid. */
export type Identities = ReadonlyMap<number, string>;

/**
 * Members of a room that nothing tells of but that they were seen: without it, whoever ends a room of a dynosim that was killed
 * would not know them. In `strays.json`, which is written again only when there are others.
 */
export class StrayNote {
  readonly #file: string;
  #written = "";

  constructor({ folder }: Pick<Room, "folder">) {
    this.#file = join(folder, IN_ROOM.strays);
  }

  load(): Identities {
    try {
      return new Map(JSON.parse(readFileSync(this.#file, "utf8")) as [number, string][]);
    } catch {
      // there are none, or their note was cut off: they are no longer known
      return new Map();
    }
  }

  keep(strays: Identities): void {
    const text = JSON.stringify([...strays]);
    if (text === this.#written || (strays.size === 0 && this.#written === "")) return;
    try {
      writeFileSync(`${this.#file}.new`, text);
      renameSync(`${this.#file}.new`, this.#file);
      this.#written = text;
    } catch {
      // no room on the disk, or the room has just been removed: the next look comes in a second
    }
  }
}
