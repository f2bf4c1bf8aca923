import type { Readable } from "node:stream";
import type { ImageId } from "../../heroku/names.ts";
import type { Bytes } from "../../kernel/units.ts";
import type { Owner } from "../app-label.ts";
import type { BakeSpec } from "../build-box.ts";
import type { LostFile } from "../launched.ts";
import type { Confinement, Surroundings } from "./confinement.ts";
import type { Room } from "./room.ts";

/** The slugs of all apps of this user, as trees on disk. Nothing that runs ever writes into one. Methods throw on disk trouble. */
export interface SlugStore {
  /** Takes the tree (a tar stream of paths under `app/`) as a slug; whole, or not at all. */
  bake(spec: BakeSpec): Promise<ImageId>;
  has(image: ImageId): Promise<boolean>;
  /** Whatever still runs from it runs on. Nothing happens where there is none. */
  remove(image: ImageId): Promise<void>;
  /** A tar stream of paths under `app/`; undefined where there is none. */
  read(image: ImageId): Promise<Readable | undefined>;
  /**
   * Makes the room's `app` a fresh tree of that slug for one dyno: a layer over it where `confinement` can, else a copy; what
   * names /app in files is made to name the room's, where the room is not seen at /app. Undefined where there is no such slug.
   */
  moveIn(image: ImageId, room: Room, confinement: Confinement): Promise<Home | undefined>;
  list(): Promise<readonly StoredSlug[]>;
  /** Removes what bakes that were killed left behind, and removed slugs that nobody runs from any more. */
  sweep(isAlive: (owner: Owner) => boolean): Promise<void>;
}

/** A dyno's tree. */
export interface Home {
  /** The app's folder as the dyno sees it: `/app`, or a path of this machine. */
  readonly path: string;
  /** What of its confinement makes it so. */
  readonly around: Surroundings;
  /** What it holds that the slug does not, once nothing runs in it any more. */
  lostFiles(): Promise<readonly LostFile[]>;
}

export interface StoredSlug {
  readonly image: ImageId;
  readonly name: string;
  readonly instance: string;
  readonly size: Bytes | undefined;
}
