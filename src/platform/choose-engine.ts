import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { explainEngine } from "./explain/engine.ts";
import type { PlatformFailure } from "./failure.ts";

/** `auto`: containers where an engine answers, else host processes. design.md 4 */
export const ENGINE_CHOICES = ["auto", "docker", "process"] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** What the command line says, else the environment, else `auto`. */
export function engineChoice(
  asked: EngineChoice | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Result<EngineChoice, PlatformFailure> {
  if (asked !== undefined) return ok(asked);
  const text = environment[ENGINE_VARIABLE];
  if (text === undefined || text === "") return ok("auto");
  const found = ENGINE_CHOICES.find((choice) => choice === text);
  return found === undefined ? fail({ kind: "bad-engine", text }) : ok(found);
}

export const ENGINE_VARIABLE = "DYNOSIM_ENGINE";

type Opening<E> = () => Promise<Result<E, EngineFailure>>;

/** How each of them is opened. */
export interface Openings<E> {
  readonly docker: Opening<E>;
  readonly process: Opening<E>;
}

export interface Chosen<E> {
  readonly engine: E;
  /** Why it is not the container engine, where that was tried first. */
  readonly passedOver: EngineFailure | undefined;
}

/** Whoever names one gets that one or its failure; the other is not even asked. */
export async function chooseEngine<E>(
  choice: EngineChoice,
  open: Openings<E>,
): Promise<Result<Chosen<E>, EngineFailure>> {
  if (choice !== "auto") return chosen(await open[choice]());
  const docker = await open.docker();
  if (docker.ok) return chosen(docker);
  return chosen(await open.process(), docker.failure);
}

function chosen<E>(
  opened: Result<E, EngineFailure>,
  passedOver?: EngineFailure,
): Result<Chosen<E>, EngineFailure> {
  return opened.ok ? ok({ engine: opened.value, passedOver }) : opened;
}

/** On one line, for whoever did not ask for host processes. */
export function passedOverNotice(failure: EngineFailure): string {
  return `${explainEngine(failure).title}: dynos are processes of this machine (--engine docker refuses that).`;
}
