import type { PlatformEvent, RequestEvent } from "../../heroku/events.ts";
import type { RouterCode } from "../../heroku/router-codes.ts";
import type { Clock } from "../../kernel/clock.ts";
import { RingBuffer } from "../../kernel/ring-buffer.ts";
import { seconds, type Millis } from "../../kernel/units.ts";
import type { RequestUnderWay } from "../../router/under-way.ts";
import { Durations, type Percentiles } from "./percentiles.ts";

/** The newest requests that are kept when they are done. */
export const REQUESTS_KEPT = 500;
/** One that takes this long shows itself to those who follow, and again with each phase. */
const SLOW: Millis = seconds(1);

/** What the router serves, and has served since `up` began. */
export interface RequestFacts {
  /** Oldest first. */
  readonly underWay: readonly RequestUnderWay[];
  /** The newest 500, oldest first. */
  readonly done: readonly RequestEvent[];
  readonly figures: RequestFigures;
}

export interface RequestFigures {
  readonly done: number;
  /** By the first digit of the status: `2xx`. Those that never were are left out. */
  readonly statusClasses: Readonly<Record<string, number>>;
  readonly codes: Readonly<Partial<Record<RouterCode, number>>>;
  /** Of requests for which a dyno was connected to; a connection that was upgraded says nothing of speed. */
  readonly connect: Percentiles | undefined;
  readonly service: Percentiles | undefined;
}

export interface RequestWatcher {
  readonly done: (event: RequestEvent) => void;
  /** Has taken a second or more, and a phase that has not been told of. */
  readonly slow: (request: RequestUnderWay) => void;
}

/**
 * The live view. On the way of a request it does a count, two entries in histograms and a place in a ring; everything
 * else happens when somebody looks.
 */
export class Traffic {
  readonly #underWay: () => readonly RequestUnderWay[];
  readonly #realClock: Clock;
  readonly #kept = new RingBuffer<RequestEvent>(REQUESTS_KEPT);
  readonly #classes = Array.from({ length: 10 }, () => 0);
  readonly #codes = new Map<RouterCode, number>();
  readonly #connect = new Durations();
  readonly #service = new Durations();
  readonly #watchers = new Set<RequestWatcher>();
  #done = 0;

  constructor(underWay: () => readonly RequestUnderWay[], realClock: Clock) {
    this.#underWay = underWay;
    this.#realClock = realClock;
  }

  readonly tell = (event: PlatformEvent): void => {
    if (event.kind !== "request") return;
    const { status, code, connect, service } = event;
    this.#done += 1;
    if (status !== undefined) this.#classes[Math.floor(status / 100)]! += 1;
    if (code !== undefined) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    if (status !== 101 && connect !== undefined) this.#connect.add(connect);
    if (status !== 101 && service !== undefined) this.#service.add(service);
    this.#kept.push(detached(event));
    for (const watcher of this.#watchers) watcher.done(event);
  };

  facts(): RequestFacts {
    return {
      underWay: this.#underWay(),
      done: this.#kept.toArray(),
      figures: {
        done: this.#done,
        statusClasses: Object.fromEntries(
          this.#classes
            .map((count, digit) => [`${digit}xx`, count] as const)
            .filter(([, count]) => count > 0),
        ),
        codes: Object.fromEntries(this.#codes),
        connect: this.#connect.percentiles(),
        service: this.#service.percentiles(),
      },
    };
  }

  /** Until the result is disposed. */
  watch(watcher: RequestWatcher): Disposable {
    this.#watchers.add(watcher);
    const told = new Map<string, RequestUnderWay["phase"]>();
    let timer = this.#realClock.after(SLOW, look);
    const underWay = this.#underWay;
    const clock = this.#realClock;
    return {
      [Symbol.dispose]: () => {
        timer.cancel();
        this.#watchers.delete(watcher);
      },
    };

    function look(): void {
      const slow = underWay().filter(({ age }) => age >= SLOW);
      for (const request of slow) if (told.get(request.requestId) !== request.phase) watcher.slow(request);
      told.clear();
      for (const { requestId, phase } of slow) told.set(requestId, phase);
      timer = clock.after(SLOW, look);
    }
  }
}

/**
 * V8 cuts a string out of a longer one without copying it, and the longer one stays: here the whole head of the request,
 * which may have megabytes.
 */
function detached(event: RequestEvent): RequestEvent {
  const { path, host, requestId, forwardedFor } = event;
  return {
    ...event,
    path: copied(path),
    host: copied(host),
    requestId: copied(requestId),
    forwardedFor: copied(forwardedFor),
  };
}

/** Shorter ones are copied anyway. */
const LEAST_CUT = 13;

function copied<Text extends string>(text: Text): Text {
  return text.length < LEAST_CUT ? text : (Buffer.from(text, "latin1").toString("latin1") as Text);
}
