import { readFileSync } from "node:fs";

/** Settings of a kernel that keep ordinary programs from namespaces of their own, the value that does, and how it is undone. */
export const SETTINGS: readonly (readonly [name: string, refuses: string, allows: string])[] = [
  // Ubuntu since 23.10: https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "0"],
  // Debian before 11
  ["kernel.unprivileged_userns_clone", "0", "1"],
  ["user.max_user_namespaces", "0", "10000"],
];

/** What stands in the way on this machine, and what would remove it; undefined where nothing known does. */
export function whyRefused(read: (path: string) => string | undefined = contentOf): string | undefined {
  const guilty = SETTINGS.filter(
    ([name, refuses]) => read(`/proc/sys/${name.replaceAll(".", "/")}`)?.trim() === refuses,
  );
  if (guilty.length === 0) return undefined;
  return guilty
    .map(([name, refuses, allows]) => `${name} is ${refuses} (sudo sysctl ${name}=${allows} allows it)`)
    .join(", ");
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
