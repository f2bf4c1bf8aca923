import type { Attach, OutputChunk } from "../engine/launched.ts";
import type { DynoName } from "../heroku/names.ts";
import { watchSilence, type Conversation } from "./conversation.ts";
import { Dyno } from "./dyno.ts";
import type { DynoPlan } from "./plan.ts";
import type { DynoWorld } from "./world.ts";

export interface OneOffSpec {
  /** A command, or a process type of the Procfile with arguments. heroku.md 8 */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size: string | undefined;
  /** undefined: detached, output goes to the log. */
  readonly attach: Attach | undefined;
  /** Prefix of the name; default `run`. */
  readonly type: string | undefined;
}

/** A running one-off dyno; when it is detached its output is empty here. */
export interface OneOff extends Conversation {
  readonly name: DynoName;
  readonly id: string;
  readonly size: string;
}

export interface StartedOneOff {
  readonly dyno: Dyno;
  readonly oneOff: OneOff;
  /** The platform or the user ended it, whatever its status says. */
  readonly wasStopped: boolean;
  /** Nothing of it is left in the engine. */
  readonly gone: Promise<void>;
}

/** `heroku run`, and the release phase: a dyno without $PORT that ends with its command. heroku.md 8 */
export function startOneOff(
  name: DynoName,
  plan: DynoPlan,
  world: DynoWorld,
  onChange: () => void,
): StartedOneOff {
  const exit = Promise.withResolvers<number>();
  const gone = Promise.withResolvers<void>();
  let wasStopped = false;
  const dyno = new Dyno(name, "one-off", plan, world, {
    stuckAfterCleanIdleExit: false,
    tellsBadBind: false,
    onChange: () => {
      onChange();
      const { phase } = dyno;
      if ((phase.kind === "starting" || phase.kind === "up") && phase.sent !== "nothing") wasStopped = true;
      if (phase.kind === "complete") {
        exit.resolve(phase.status);
        if (dyno.gone) gone.resolve();
      }
      onChange();
    },
  });
  dyno.start();
  const launched = dyno.launched();
  const conversation = watchSilence(
    {
      output: plan.attach === undefined ? nothing() : outputOf(dyno),
      exit: exit.promise,
      attached: () => dyno.clientCame(),
      write: (chunk) => void launched.then((one) => one?.write(chunk)),
      endInput: () => void launched.then((one) => one?.endInput()),
      resize: (columns, rows) => void launched.then((one) => one?.resize(columns, rows)),
      hangUp: () => dyno.hangUp(),
    },
    world.realClock,
    world.limits.attachedIdle,
  );
  return {
    dyno,
    oneOff: { ...conversation, name, id: dyno.id, size: plan.type.label },
    get wasStopped() {
      return wasStopped;
    },
    gone: gone.promise,
  };
}

async function* outputOf(dyno: Dyno): AsyncGenerator<OutputChunk> {
  const launched = await dyno.launched();
  if (launched !== undefined) yield* launched.output;
}

async function* nothing(): AsyncGenerator<OutputChunk> {}
