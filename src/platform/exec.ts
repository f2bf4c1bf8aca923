import { watchSilence, type Conversation } from "../dyno/conversation.ts";
import type { Dyno } from "../dyno/dyno.ts";
import type { DynoWorld } from "../dyno/world.ts";
import type { ExecSpec } from "../engine/launched.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { PlatformFailure } from "./failure.ts";

/**
 * `ps:exec`: another process in a dyno that is up. It has no config vars, as Heroku's has none (devcenter: exec), and
 * its client can be silent for an hour, which is said of one-off dynos only.
 */
export async function execIn(
  dynos: readonly Dyno[],
  name: string,
  spec: ExecSpec,
  { realClock, limits }: Pick<DynoWorld, "realClock" | "limits">,
): Promise<Result<Conversation, PlatformFailure>> {
  const dyno = dynos.find((one) => one.name === name);
  if (dyno === undefined)
    return fail({ kind: "unknown-dyno", dyno: name, known: dynos.map((one) => one.name) });
  const { container } = dyno;
  if (container === undefined) return fail({ kind: "dyno-not-up", dyno: name, state: dyno.phase.kind });
  const started = await container.exec(spec);
  if (!started.ok) return started;
  const inside = started.value;
  const nobody = realClock.after(limits.attach, () => void inside.hangUp());
  const conversation = {
    output: inside.output,
    exit: inside.exit,
    attached: () => nobody.cancel(),
    write: (chunk: Uint8Array) => inside.write(chunk),
    endInput: () => inside.endInput(),
    resize: (columns: number, rows: number) => void inside.resize(columns, rows),
    hangUp: () => {
      nobody.cancel();
      void inside.hangUp();
    },
  };
  return ok(watchSilence(conversation, realClock, limits.attachedIdle));
}
