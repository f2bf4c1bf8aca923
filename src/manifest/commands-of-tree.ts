import type { SourceFile } from "./app-source.ts";
import { inOtherCase } from "./case-collisions.ts";

/** A command of the app, and where it stands: `Procfile line 3`, `app.json scripts.postdeploy`. */
export interface PlacedCommand {
  readonly place: string;
  readonly command: string;
}

const EXECUTABLE = 0o100755;
const SYMLINK = 0o120000;
/** Words before the program: assignments, and what starts another program. */
const BEFORE = /^(?:[A-Za-z_][A-Za-z0-9_]*=(?:"[^"]*"|'[^']*'|\S*)|exec|nohup|time|env)$/;

/** Programs of the tree itself that bash could not start: not executable, or written in another case. heroku.md 6.1 */
export function unstartable(
  commands: readonly PlacedCommand[],
  files: readonly Pick<SourceFile, "path" | "mode">[],
  hasGit: boolean,
): string[] {
  const paths = files.map(({ path }) => path);
  const notices = commands.flatMap(({ place, command }) =>
    programsOf(command).flatMap((path) => {
      const file = files.find((one) => one.path === path);
      if (file !== undefined) {
        if (file.mode === EXECUTABLE || file.mode === SYMLINK) return [];
        const fix = hasGit ? `git update-index --chmod=+x ${path}` : `chmod +x ${path}`;
        return [
          `${place} starts ${path}, which is not executable: bash says "Permission denied" and ends with 126. ${fix}`,
        ];
      }
      const other = inOtherCase(path, paths);
      if (other === undefined) return [];
      return [`${place} starts ${path}, but the file is ${other}: a dyno's filesystem tells them apart.`];
    }),
  );
  return [...new Set(notices)];
}

/** Relative paths with a slash, of the simple commands in a line of shell; what cannot be read is passed over. */
function programsOf(command: string): string[] {
  return command.split(/&&|\|\|?|;/).flatMap((simple) => {
    const words = simple.trim().match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
    const program = words.find((word) => !BEFORE.test(word)) ?? "";
    const path = program.replace(/^(?:\.\/)+/, "").replace(/^\/app\//, "");
    const isOwn = /^(?:\.\/|\/app\/)/.test(program) || (program.includes("/") && !program.startsWith("/"));
    return isOwn && /^[\w./+@-]+$/.test(path) && !path.includes("..") ? [path] : [];
  });
}
