import type { Command } from "../command.ts";

export interface CommandRow {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** In commander's form: `[types...]`, `<key>`. */
  readonly arguments?: string;
  readonly summary: string;
  /** Flags, what they do, `list` when they may be given more than once, `hidden` for a name kept for habit's sake. */
  readonly options?: readonly OptionRow[];
  /** Takes `-a` and `--dir`. */
  readonly app: boolean;
  /** Options end at the first argument: the rest belongs to the app's command. */
  readonly passThrough?: true;
  /** `-5m` is an argument, and no option that is unknown: the command says what is wrong with it. */
  readonly negativeArguments?: true;
  /** What the words of its output mean. */
  readonly words?: readonly (readonly [word: string, meaning: string])[];
  readonly example: string;
  /** Loaded when called: a command pays only for what it needs itself. */
  readonly load: () => Promise<Command>;
}

export type OptionRow = readonly [flags: string, summary: string, how?: "list" | "hidden"];
