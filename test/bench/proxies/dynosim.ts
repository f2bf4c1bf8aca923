import { appendFile } from "node:fs";
import { ERAS } from "../../../src/heroku/eras.ts";
import type { PlatformEvent } from "../../../src/heroku/events.ts";
import { dynoName, WEB } from "../../../src/heroku/names.ts";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { port } from "../../../src/kernel/units.ts";
import { formatEvent } from "../../../src/logplex/format-event.ts";
import { formatLine } from "../../../src/logplex/format-line.ts";
import type { Checkout } from "../../../src/router/backends.ts";
import { DynoLife } from "../../../src/router/dyno-life.ts";
import { Router } from "../../../src/router/router.ts";

/*
 * The router alone, in a process of its own, with one dyno that is always up; access lines in Heroku's form go to a file.
 *   node dynosim.ts PORT BACKEND-PORT ACCESS-LOG
 */
const [listenOn = "0", backend = "0", log = ""] = process.argv.slice(2);
const era = ERAS.now;
const clock = new SystemClock();
const checkout: Checkout = {
  kind: "leased",
  lease: { dyno: dynoName(WEB, 1), life: new DynoLife(), host: "127.0.0.1", port: port(Number(backend)) },
};
let told: PlatformEvent[] = [];
let writing = false;
const router = new Router({
  backends: { checkout: () => checkout, checkin: () => {}, webDynos: () => 1 },
  clock,
  era,
  emit: (event) => {
    if (told.push(event) === 1) setTimeout(flush, 20);
  },
  random: Math.random,
  hosts: () => true,
  now: () => clock.now(),
  onBug: (error) => console.error(error),
});
const listening = await router.listen("127.0.0.1", Number(listenOn));
if (!listening.ok) throw new Error(listening.failure.code);
console.log("ready");

function flush(): void {
  if (writing) return void setTimeout(flush, 20);
  const events = told;
  told = [];
  let text = "";
  for (const event of events) text += `${formatLine(formatEvent(event, era))}\n`;
  writing = true;
  appendFile(log, text, (error) => {
    writing = false;
    if (error) throw error;
  });
}
