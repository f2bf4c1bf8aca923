import type { ClockBody, DueBody } from "../api/resources/clock.ts";
import { ok } from "../kernel/result.ts";
import { seconds, type Millis } from "../kernel/units.ts";
import type { AppClient } from "./app-of.ts";
import type { Call, Outcome } from "./command.ts";
import { Interrupts, SIGNAL_STATUS } from "./interrupts.ts";
import { localTime } from "./render/ago.ts";
import { printJson, tell, type World } from "./world.ts";

type Moved = ClockBody & { readonly fired?: DueBody };

interface Move {
  readonly words: string;
  /** Under the app's own path. */
  readonly path: string;
  readonly body: unknown;
  readonly ending: (moved: Moved) => string;
}

const LOOK_EVERY: Millis = seconds(1);
/** What takes less than this to start or to stop is not worth a line; what takes longer is named before 5 s are over. */
const WORTH_A_LINE = 2000;
const TELL_AGAIN_AFTER = 10_000;

/**
 * Moves the platform clock of an app that is up, and names on standard error what holds it back. Ctrl-C: the clock
 * stays where it has got to.
 */
export async function moveClock(call: Call, app: AppClient, move: Move): Promise<Outcome> {
  const { world, options } = call;
  const { name, path, control } = app;
  using interrupts = new Interrupts(world.clock);
  const before = await control.get<ClockBody>(`/dynosim${path}/clock`);
  if (!before.ok) return before;
  if (before.value.body.moving)
    tell(world, `The clock of ⬢ ${name} is being moved already; this comes after it.`);
  const line = new MoveLine(world, move.words);
  using _watch = watchClock(world, app, line);
  const moved = await control.send<Moved>(
    "POST",
    `/dynosim${path}/${move.path}`,
    move.body,
    interrupts.signal,
  );
  if (interrupts.signal.aborted) {
    const stopped = await control.get<ClockBody>(`/dynosim${path}/clock`);
    const where = stopped.ok ? ` at ${localTime(new Date(stopped.value.body.now))}` : "";
    line.end(`stopped${where}`);
    return ok(SIGNAL_STATUS[await interrupts.first]);
  }
  line.end(moved.ok ? move.ending(moved.value.body) : "!");
  if (!moved.ok) return moved;
  if (options.flag("json")) printJson(world, moved.value.body);
  return ok(0);
}

/** `Moving the clock...`, what holds it back in lines of its own, and how it ended. */
class MoveLine {
  readonly #world: World;
  readonly #words: string;
  #broken = false;
  #told = "";
  #toldAt = 0;

  constructor(world: World, words: string) {
    this.#world = world;
    this.#words = words;
    world.stderr.write(`${words}...`);
  }

  /** Tells what is worth it, once, and again after a while. */
  see({ now, waiting_for }: ClockBody): void {
    const long = waiting_for.filter(({ for_ms }) => for_ms >= WORTH_A_LINE);
    const held = long.map(({ dyno, what }) => `${dyno} ${what}`).join();
    const at = this.#world.clock.now();
    if (held === "" || (held === this.#told && at - this.#toldAt < TELL_AGAIN_AFTER)) return;
    this.#told = held;
    this.#toldAt = at;
    if (!this.#broken) this.#world.stderr.write("\n");
    this.#broken = true;
    const texts = long.map(({ text }) => text).join(", ");
    tell(this.#world, `  waits at ${localTime(new Date(now))}: ${texts}`);
  }

  end(words: string): void {
    tell(this.#world, this.#broken ? `${this.#words}... ${words}` : ` ${words}`);
  }
}

/** Looks at the clock while it is being moved, until disposed. */
function watchClock(world: World, { path, control }: AppClient, line: MoveLine): Disposable {
  let over = false;
  const look = async (): Promise<void> => {
    const reply = await control.get<ClockBody>(`/dynosim${path}/clock`);
    if (over) return;
    if (reply.ok) line.see(reply.value.body);
    timer = world.clock.after(LOOK_EVERY, () => void look());
  };
  let timer = world.clock.after(LOOK_EVERY, () => void look());
  return {
    [Symbol.dispose]: () => {
      over = true;
      timer.cancel();
    },
  };
}
