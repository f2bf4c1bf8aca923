import { posix } from "node:path";
import type { SlugTree } from "../slug-tree.ts";
import type { KnownFiles } from "./file-facts.ts";

export interface WantedProgram {
  /** `psql`, or `/usr/bin/psql` where it is named so. */
  readonly name: string;
  /** `release`, or a script of the slug. */
  readonly wantedBy: string;
}

/** Words before the program, and what the shell does by itself. */
const BEFORE = new Set([
  "exec",
  "command",
  "nohup",
  "time",
  "env",
  "if",
  "then",
  "else",
  "elif",
  "while",
  "do",
  "!",
  "{",
]);
const BUILTINS = new Set(
  `. : [ [[ alias bg break case cd continue declare done echo esac eval exit export false fg fi for function getopts hash help
  jobs kill let local logout popd printf pushd pwd read readonly return select set shift shopt source test times trap true
  type typeset ulimit umask unalias unset until wait`.split(/\s+/),
);
/** What a dyno's PATH has of the system. heroku.md 5.2 */
const SYSTEM_PATH = ["/usr/local/bin", "/usr/bin", "/bin"];
/** Anything but a plain word: only bash can tell what comes of it. */
const DYNAMIC = /[$`"'\\(){}*?<>[\]=~]/;

/** Programs that a command starts, as far as its words tell. */
export function programsOf(command: string): readonly string[] {
  const bare = command.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/g, "''");
  return bare.split(/&&|\|\||[;|&\n]/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const first = words.find((word) => !BEFORE.has(word) && !/^\w+=/.test(word));
    return first === undefined || first === "" || DYNAMIC.test(first) || BUILTINS.has(first) ? [] : [first];
  });
}

/** Scripts whose first line counts: those in `bin/`, and those that a process type starts. */
export function scriptsOf(tree: SlugTree, types: Readonly<Record<string, string>>): readonly string[] {
  const started = Object.values(types)
    .flatMap(programsOf)
    .filter((name) => name.includes("/"))
    .map((name) => posix.relative("/app", posix.resolve("/app", name)));
  const inBin = [...tree.keys()].filter((path) => /^bin\/[^/]+$/.test(path));
  return [...new Set([...started, ...inBin])].filter((path) => tree.get(path)?.type === "f");
}

/** Programs that process types and scripts name, and neither the slug nor the run image has. */
export function missingPrograms(
  tree: SlugTree,
  known: KnownFiles,
  inRunImage: ReadonlySet<string>,
  types: Readonly<Record<string, string>>,
): readonly WantedProgram[] {
  const wanted = [
    ...Object.entries(types).flatMap(([type, command]) =>
      programsOf(command).map((name) => ({ name, wantedBy: type })),
    ),
    ...scriptsOf(tree, types).flatMap((path) => {
      const facts = known.get(tree.get(path)?.content ?? "");
      const name = facts?.kind === "script" ? interpreterOf(facts.interpreter) : undefined;
      return name === undefined ? [] : [{ name, wantedBy: path }];
    }),
  ];
  const ofSlug = new Set(
    [...tree.keys()].flatMap((path) => /(?:^|\/)s?\.?bin\/([^/]+)$/.exec(path)?.[1] ?? []),
  );
  return wanted.filter(({ name }) => {
    if (name.startsWith("/")) return !name.startsWith("/app/") && !inRunImage.has(name);
    if (name.includes("/") || ofSlug.has(name)) return false;
    return !SYSTEM_PATH.some((folder) => inRunImage.has(`${folder}/${name}`));
  });
}

/** `/usr/bin/env -S psql -f` wants psql. */
function interpreterOf(line: string): string | undefined {
  const [program = "", ...rest] = line.split(/\s+/);
  if (!program.endsWith("/env")) return program;
  return rest.find((word) => !word.startsWith("-") && !word.includes("="));
}
