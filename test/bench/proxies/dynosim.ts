import { openSync, writeSync } from "node:fs";
import { ERAS } from "../../../src/heroku/eras.ts";
import { dynoName, WEB } from "../../../src/heroku/names.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { port } from "../../../src/kernel/units.ts";
import { Channel } from "../../../src/logplex/channel.ts";
import { EVERYTHING } from "../../../src/logplex/filter.ts";
import { formatLine } from "../../../src/logplex/format-line.ts";
import type { Checkout } from "../../../src/router/backends.ts";
import { DynoLife } from "../../../src/router/dyno-life.ts";
import { Router } from "../../../src/router/router.ts";

/*
 * The router alone, in a process of its own, with one dyno that is always up; access lines go to a file, made as the product makes them.
 *   node dynosim.ts PORT BACKEND-PORT ACCESS-LOG
 */
const [listenOn = "0", backend = "0", log = ""] = process.argv.slice(2);
const era = ERAS.now;
const clock = new SystemClock();
const checkout: Checkout = {
  kind: "leased",
  lease: { dyno: dynoName(WEB, 1), life: new DynoLife(), host: "127.0.0.1", port: port(Number(backend)) },
};
const channel = new Channel(era, clock);
const file = openSync(log, "a");
let text = "";
channel.tail(EVERYTHING, (line, more) => {
  text += `${formatLine(line)}\n`;
  if (more) return;
  writeSync(file, text);
  text = "";
});
const router = new Router({
  backends: { checkout: () => checkout, checkin: () => {}, webDynos: () => 1 },
  clock,
  era,
  emit: channel.tell,
  random: Math.random,
  hosts: () => true,
  now: () => clock.now(),
  onBug: (error) => console.error(error),
});
const listening = await router.listen("127.0.0.1", Number(listenOn));
if (!listening.ok) throw new Error(listening.failure.code);
// in order: `node --cpu-prof` writes what it saw
process.once("SIGTERM", () => process.exit());
// so that what is in use can be told from what V8 has not cleared away yet
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  console.log(`in use: ${heapUsed + external}`);
});
console.log("ready");
