import type { FakeDyno, FakeSignal } from "../../src/engine/fake/fake-dyno.ts";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import type { ImageId } from "../../src/heroku/names.ts";
import { newApp, WEB_PORT, type Stage } from "./stage.ts";

/** The fake engine with a puppet that is played, by the same words. */
export async function openFakeStage(): Promise<Stage> {
  const engine = new FakeEngine();
  engine.onLaunch = play;
  return {
    engine,
    app: newApp(),
    image: "sha256:fake" as ImageId,
    port: WEB_PORT,
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

const STATUS: Readonly<Record<string, number>> = { abort: 134, crash: 139 };

function play(dyno: FakeDyno): void {
  const [verb = "", argument] = dyno.spec.command.replace("./puppet ", "").split(" ");
  switch (verb) {
    case "exit":
      return dyno.exit(Number(argument));
    case "abort":
    case "crash":
      return dyno.exit(STATUS[verb] ?? 1);
    case "wait":
      return dyno.print("ready");
    case "ignore":
      dyno.onSignal = (_name: FakeSignal) => {};
      return dyno.print("ready");
    case "serve":
      return dyno.listen(argument);
    case "lines":
      for (let line = 1; line <= Number(argument); line++) dyno.print(`line ${line}`);
      return dyno.exit(0);
    case "echo":
      dyno.onInputEnd = () => {
        for (const chunk of dyno.input) dyno.write(chunk);
        dyno.print("told", "stderr");
        dyno.exit(5);
      };
      return;
    default:
      throw new Error(`the fake puppet has no verb ${verb}`);
  }
}
