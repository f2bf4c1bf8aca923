import type { Instant } from "../kernel/units.ts";

let second = 0;
let text = "";

/** `Sat, 21 Nov 2026 08:00:00 GMT`; written once a second. */
export function httpDate(now: Instant): string {
  const current = Math.floor(now / 1000);
  if (current !== second) {
    second = current;
    text = new Date(current * 1000).toUTCString();
  }
  return text;
}
