import type { MovableClock } from "../kernel/movable-clock.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { Turns } from "../kernel/turns.ts";
import { after, between, millis, type Instant, type Millis } from "../kernel/units.ts";
import { checkedMove } from "./clock-move.ts";
import type { PlatformFailure } from "./failure.ts";
import type { Unsettled, Waiting } from "./unsettled.ts";

/** Something that falls due on the platform clock: `web.1`, `cycles`. */
export interface DueFacts {
  readonly at: Instant;
  readonly of: string;
  readonly what: string;
}

export interface ClockFacts {
  readonly now: Instant;
  /** How far it is ahead of the machine's clock; below zero after it stood still. */
  readonly offset: Millis;
  readonly paused: boolean;
  /** Everything that waits for its time, soonest first. */
  readonly due: readonly DueFacts[];
  /** While it is being moved: where to (undefined: to what is due next), and what it waits for. */
  readonly moving: { readonly to: Instant | undefined; readonly waitingFor: readonly Waiting[] } | undefined;
}

/**
 * The platform clock as users move it. One move at a time; another one waits its turn. A move waits for every dyno
 * that starts or stops, whoever asked for that, also before it begins, and for nothing else: a build goes on in real time beside it.
 */
export class ClockControl {
  readonly #clock: MovableClock;
  readonly #unsettled: Unsettled;
  readonly #breathe: () => Promise<void>;
  readonly #turns = new Turns();
  #moving: { readonly to: Instant | undefined } | undefined;

  /** `breathe`: a dyno's first words follow its first listening, and belong to the time at which it started. */
  constructor(clock: MovableClock, unsettled: Unsettled, breathe: () => Promise<void>) {
    this.#clock = clock;
    this.#unsettled = unsettled;
    this.#breathe = breathe;
  }

  facts(): ClockFacts {
    const clock = this.#clock;
    return {
      now: clock.now(),
      offset: clock.offset,
      paused: clock.paused,
      due: clock.due.map(dueFacts),
      moving: this.#moving && { ...this.#moving, waitingFor: this.#unsettled.list() },
    };
  }

  pause(): ClockFacts {
    this.#clock.pause();
    return this.facts();
  }

  resume(): ClockFacts {
    this.#clock.resume();
    return this.facts();
  }

  /** When `given` is aborted the move ends where it has got to, in the middle of nothing that it would fire. */
  async advance(duration: Millis, given: AbortSignal): Promise<Result<ClockFacts, PlatformFailure>> {
    const checked = checkedMove(duration);
    if (!checked.ok) return checked;
    await this.#turns.take(async () => {
      const to = after(this.#clock.now(), duration);
      using _moving = this.#isMoving(to);
      await this.#settled(given);
      // what was under way may have taken longer than that
      const left = millis(Math.max(between(this.#clock.now(), to), 0));
      await this.#clock.advance(left, () => this.#settled(given), given);
    });
    return ok(this.facts());
  }

  /** Gives what fell due as well. */
  async advanceToNext(
    given: AbortSignal,
  ): Promise<Result<ClockFacts & { readonly fired: DueFacts }, PlatformFailure>> {
    const fired = await this.#turns.take(async () => {
      using _moving = this.#isMoving(undefined);
      await this.#settled(given);
      if (given.aborted) return undefined;
      return await this.#clock.advanceToNext(() => this.#settled(given));
    });
    if (fired === undefined) return fail({ kind: "nothing-due" });
    return ok({ ...this.facts(), fired: dueFacts(fired) });
  }

  async #settled(given: AbortSignal): Promise<void> {
    if (await this.#unsettled.end(given)) await this.#breathe();
  }

  #isMoving(to: Instant | undefined): Disposable {
    this.#moving = { to };
    return { [Symbol.dispose]: () => (this.#moving = undefined) };
  }
}

function dueFacts({ at, label }: MovableClock["due"][number]): DueFacts {
  return { at, of: label?.of ?? "app", what: label?.what ?? "has a timer" };
}
