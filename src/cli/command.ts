import type { Explanation } from "../platform/failure.ts";
import { fail, type Result } from "../kernel/result.ts";
import type { World } from "./world.ts";

/** What one command is asked. */
export interface Call {
  readonly world: World;
  readonly arguments: readonly string[];
  readonly options: Options;
}

/** An exit code, or the words about what went wrong and theirs. design.md 5 */
export type Outcome = Result<number, Explanation>;
export type Command = (call: Call) => Promise<Outcome>;

/** Options by their long names, as parsed. */
export class Options {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }
}

/** Exit code 2: the command was not understood. */
export function usage(title: string, next = ""): Result<never, Explanation> {
  return fail({ title, body: "", next, exitCode: 2 });
}

export function failed(title: string, next = ""): Result<never, Explanation> {
  return fail({ title, body: "", next, exitCode: 1 });
}
