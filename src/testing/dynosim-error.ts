import { stripVTControlCharacters } from "node:util";
import { explain } from "../platform/explain.ts";
import type { PlatformFailure } from "../platform/failure.ts";

/** Lines of a build's output that its failure shows. */
const SHOWN = 30;

/** What dynosim could not do, why, and what to do about it; `kind` is for programs. */
export class DynosimError extends Error {
  override readonly name = "DynosimError";
  readonly kind: PlatformFailure["kind"] | "not-found-in-time" | "crashed";

  constructor(kind: DynosimError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** `build`: the output so far, shown where a build or a release command failed. */
export function errorOf(failure: PlatformFailure, build: readonly string[] = []): DynosimError {
  const words = failure.kind === "busy" || failure.kind === "already-up" ? taken(failure) : explain(failure);
  const { title, body, next, exitCode } = { exitCode: 1, ...words };
  const parts = [title, body, next].filter((part) => part !== "");
  // 4 and 5: the build, the release phase. design.md 5
  if ((exitCode === 4 || exitCode === 5) && build.length > 0) {
    const lines = build.slice(-SHOWN).map((line) => `  ${stripVTControlCharacters(line)}`.trimEnd());
    parts.push(`The last lines of the build:\n${lines.join("\n")}`);
  }
  return new DynosimError(failure.kind, parts.join("\n"));
}

function taken({ folder, pid }: Extract<PlatformFailure, { kind: "busy" | "already-up" }>): {
  readonly title: string;
  readonly body: string;
  readonly next: string;
} {
  const who = pid === process.pid ? "this process itself" : `process ${pid}`;
  return {
    title: `A test has ${folder} open already.`,
    body: `One createDynosim at a time works on a folder, and ${who} does.`,
    next: "Close the first one before, share it among the tests, or run the test files one after the other.",
  };
}
