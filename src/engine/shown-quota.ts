import type { Bytes } from "../kernel/units.ts";

/** What a dyno may read about itself. */
export interface Shown {
  readonly quota: Bytes;
  readonly cores: number;
}

/** As cgroup v1 writes it: the greatest number of whole pages. */
const UNLIMITED = "9223372036854771712";

/**
 * What a dyno finds below /sys/fs/cgroup, where Heroku's dynos have their quota, whatever cgroup version the host has:
 * buildpack scripts size themselves by it. heroku.md 1.1
 */
export function shownFiles({ quota, cores }: Shown): { readonly path: string; readonly content: string }[] {
  return [
    { path: "memory/memory.limit_in_bytes", content: `${quota}\n` },
    { path: "memory.max", content: `${quota}\n` },
    // Without these two libuv takes the others for missing, and V8 sizes its heap by the machine. heroku.md 10.53
    { path: "memory/memory.soft_limit_in_bytes", content: `${UNLIMITED}\n` },
    { path: "memory.high", content: "max\n" },
    // Read by nproc as the dyno finds it: the kernel has no way to show more cores than there are.
    { path: "dynosim-cores", content: `${cores}\n` },
  ];
}
