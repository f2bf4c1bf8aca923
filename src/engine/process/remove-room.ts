import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "./remove-folder.ts";
import { IN_ROOM, type Room } from "./room.ts";

/** With the folder in the user's temp folder that a build works in. */
export async function removeRoom({ folder, kind }: Pick<Room, "folder" | "kind">): Promise<void> {
  const build =
    kind === "build" ? await readlink(join(folder, IN_ROOM.build)).catch(() => undefined) : undefined;
  if (build !== undefined) await removeFolder(build);
  await removeFolder(folder);
}
