import { json, type Resource } from "../exchange.ts";
import { refused } from "../respond.ts";

/** Ours: to sleep now, as after 30 minutes without a web request. heroku.md 1.3 */
export const idleApp: Resource = async ({ platform }) => {
  const idled = await platform.idle();
  return idled.ok ? json(202, {}) : refused(idled.failure);
};

/** Ours: awake now, as by a web request. */
export const wakeApp: Resource = async ({ platform }) => {
  const woken = await platform.wake();
  return woken.ok ? json(202, {}) : refused(woken.failure);
};
