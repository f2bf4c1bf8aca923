import { execa } from "execa";

/** The volume with the build cache of an app. */
export async function cacheVolume(instance: string): Promise<string> {
  const label = `label=dynosim=${instance}`;
  const { stdout } = await execa("docker", ["volume", "ls", "-q", "--filter", label]);
  const name = stdout.split("\n").find((volume) => volume.startsWith("dynosim-cache-"));
  if (name === undefined) throw new Error(`${instance} has no build cache`);
  return name;
}
