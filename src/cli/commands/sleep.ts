import { ok } from "../../kernel/result.ts";
import { withRunningApp } from "../app-of.ts";
import type { Call, Command, Outcome } from "../command.ts";
import { action } from "../render/action.ts";

export const idle: Command = async (call) => act(call, "Idling", "idle");
export const wake: Command = async (call) => act(call, "Unidling", "wake");

async function act(call: Call, words: string, what: "idle" | "wake"): Promise<Outcome> {
  return withRunningApp(call, async ({ name, path, control }) => {
    const acted = await action(call.world, `${words} ⬢ ${name}`, () =>
      control.send("POST", `/dynosim${path}/${what}`),
    );
    return acted.ok ? ok(0) : acted;
  });
}
