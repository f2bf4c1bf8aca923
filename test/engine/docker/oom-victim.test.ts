import { describe, expect, it } from "vitest";
import { lastVictim } from "../../../src/engine/docker/oom-victim.ts";

/** Records of /dev/kmsg, as kernel 6.18 writes them. */
function kill(container: string, pid: number, command: string, kilobytes: number): string[] {
  const group = `/docker/${container}`;
  return [
    `4,53,1168,-;${command} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n`,
    `6,54,1169,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${container},mems_allowed=0,oom_memcg=${group},task_memcg=${group},task=${command},pid=${pid},uid=1000\n`,
    `3,55,1170,-;Memory cgroup out of memory: Killed process ${pid} (${command}) total-vm:1118564kB, anon-rss:${kilobytes}kB, file-rss:3412kB, shmem-rss:0kB, UID:1000 pgtables:1100kB oom_score_adj:0\n`,
  ];
}

describe("lastVictim", () => {
  it("names the process and what it held", () => {
    expect(lastVictim(kill("abc", 12, "python", 914_432), "abc")).toEqual({
      command: "python",
      rss: 914_432 * 1024,
    });
  });

  it("takes the last one of this container", () => {
    const records = [
      ...kill("abc", 1, "a", 1),
      ...kill("abc", 2, "gunicorn: (x)", 2),
      ...kill("other", 3, "c", 3),
    ];
    expect(lastVictim(records, "abc")).toEqual({ command: "gunicorn: (x)", rss: 2048 });
  });

  it.each([
    ["of other containers", kill("other", 1, "a", 1)],
    ["of the whole machine", ["3,1,1,-;Out of memory: Killed process 1 (abc) total-vm:1kB, anon-rss:1kB,\n"]],
    ["at all", []],
  ])("knows nobody when there is no kill %s", (_what, records) => {
    expect(lastVictim(records, "abc")).toBeUndefined();
  });
});
