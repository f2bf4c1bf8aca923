import { ERAS } from "../../../src/heroku/eras.ts";
import { dynoName, WEB } from "../../../src/heroku/names.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { port } from "../../../src/kernel/units.ts";
import { DynoLife } from "../../../src/router/dyno-life.ts";
import { Router } from "../../../src/router/router.ts";
import type { Look, RouterProcessOptions } from "./remote-router.ts";

/*
 * The router in a process of its own, so that what it holds can be told from what the test holds.
 *   node --expose-gc router-process.ts OPTIONS (as JSON); answers every message with a look at itself
 */
const options = JSON.parse(process.argv[2] ?? "{}") as RouterProcessOptions;
const clock = new SystemClock();
const lease = {
  dyno: dynoName(WEB, 1),
  life: new DynoLife(),
  host: "127.0.0.1",
  port: port(options.dynoPort),
};
const ends: Record<string, number> = {};
const bugs: string[] = [];
const troubles: Record<string, number> = {};
const router = new Router({
  backends: {
    checkout: () => ({ kind: "leased", lease }),
    checkin: () => {},
    webDynos: () => options.webDynos ?? 100,
  },
  clock,
  era: ERAS.now,
  emit: (event) => {
    if (event.kind !== "request") return;
    const end = `${event.code ?? event.status}`;
    ends[end] = (ends[end] ?? 0) + 1;
  },
  random: Math.random,
  limits: options.limits ?? {},
  hosts: () => true,
  now: () => clock.now(),
  onBug: (error) => bugs.push(String(error)),
  onTrouble: ({ kind }) => (troubles[kind] = (troubles[kind] ?? 0) + 1),
});
const listening = await router.listen("127.0.0.1", 0);
if (!listening.ok) throw new Error(listening.failure.code);
process.on("message", () => {
  globalThis.gc?.();
  const { rss, heapUsed, external, arrayBuffers } = memory();
  const look: Look = {
    rss,
    held: heapUsed + external,
    arrayBuffers,
    handles: process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    inFlight: router.inFlight,
    ends,
    bugs,
    troubles,
  };
  process.send?.(look);
});

/** Without a descriptor there is none to read `/proc` with. */
function memory(): Omit<NodeJS.MemoryUsage, "heapTotal"> {
  try {
    return process.memoryUsage();
  } catch {
    return { rss: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  }
}
process.on("disconnect", () => process.exit());
process.send?.({ port: listening.value });
