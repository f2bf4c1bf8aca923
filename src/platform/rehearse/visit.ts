import type { RequestEvent } from "../../heroku/events.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { http } from "../node-http.ts";
import { uuid, type Random } from "../../kernel/random.ts";
import { between, seconds, type Millis } from "../../kernel/units.ts";
import type { Onlookers } from "../onlookers.ts";

/** One request to the app, as its visitor saw it. */
export interface Visit {
  /** From the request to the first byte of an answer, the app's or the platform's. */
  readonly firstByte: Millis;
  /** The router's code when the app did not answer; undefined: it did. */
  readonly lost: string | undefined;
}

export type Visitor = (path: string) => Promise<Visit>;

/** An answer that goes on for longer (a stream of events, say) is one all the same. */
const LONGEST_ANSWER: Millis = seconds(2);
/** The router tells of a request when it has ended on both sides. */
const UNTIL_TOLD: Millis = seconds(2);
/** Its client went away: here this is the visitor, who has seen enough. */
const CLIENT_LEFT = "H27";
const NO_ANSWER = "no answer";

/** Visits through the router, and asks the router's own event what came of it. */
export function httpVisitor(webUrl: string, onlookers: Onlookers, clock: Clock, random: Random): Visitor {
  return async (path) => {
    const id = uuid(random);
    const told = Promise.withResolvers<RequestEvent>();
    using _ = onlookers.join({
      onEvent: (event) => {
        if (event.kind === "request" && event.requestId === id) told.resolve(event);
      },
    });
    const { firstByte, answered } = await fetchOnce(new URL(path, webUrl), id, clock);
    const event = await Promise.race([told.promise, sleep(clock, UNTIL_TOLD)]);
    const code = event?.code;
    const lost = code ?? (answered ? undefined : NO_ANSWER);
    return { firstByte, lost: answered && lost === CLIENT_LEFT ? undefined : lost };
  };
}

function fetchOnce(
  url: URL,
  id: string,
  clock: Clock,
): Promise<{ readonly firstByte: Millis; readonly answered: boolean }> {
  const begun = clock.now();
  return new Promise((resolve) => {
    const end = (answered: boolean): void => resolve({ firstByte: between(begun, clock.now()), answered });
    // by number: looking localhost up takes its time, and every visit comes on a connection of its own
    const options = { host: "127.0.0.1", port: url.port, path: url.pathname + url.search, agent: false };
    const headers = { Host: url.host, "X-Request-Id": id, "User-Agent": "dynosim-rehearse" };
    const call = http.request({ ...options, headers }, (response) => {
      const firstByte = between(begun, clock.now());
      const enough = clock.after(LONGEST_ANSWER, () => response.destroy());
      response.on("error", () => {});
      response.on("close", () => {
        enough.cancel();
        resolve({ firstByte, answered: true });
      });
      response.resume();
    });
    call.on("error", () => end(false));
    call.end();
  });
}
