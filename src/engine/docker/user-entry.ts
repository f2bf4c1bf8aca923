import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { DYNO_USER } from "./container-spec.ts";
import { tarOf } from "../tar-of.ts";

/**
 * A dyno's user has a name and a home on Heroku (`u12345`, /app), and so it has in our images. An image by name may know
 * nobody of that number, and then whoami, ssh, git and Python's getpass fail.
 */
const [uid = "", gid = ""] = DYNO_USER.split(":");
const ENTRY = `u${uid}:x:${uid}:${gid}::/app:/bin/bash`;
const PASSWD = "/etc/passwd";

/** A command for root in a container that runs. */
export const ENTER_USER: string = `getent passwd ${uid} >/dev/null || echo '${ENTRY}' >>${PASSWD}`;

/** The same for one that does not run: its file system will be an image's layer. */
export async function enterUser(container: Docker.Container): Promise<void> {
  const archive = (await container.getArchive({ path: PASSWD })) as Readable;
  let users = "";
  for await (const entry of archive.pipe(extract())) users += await text(entry);
  if (users.split("\n").some((line) => line.split(":")[2] === uid)) return;
  const content = `${users.replace(/\n?$/, "\n")}${ENTRY}\n`;
  await container.putArchive(await tarOf([{ path: PASSWD.slice(1), content }]), { path: "/" });
}
