import type { Procfile, ProcessType } from "./app-source.ts";

/**
 * Classic grammar: blanks, a name, a colon that may be missing, at least one blank, the command. heroku.md 6.4
 * The blanks are written out because `\s` would take a byte order mark for one, and Heroku does not.
 */
const TYPE_LINE = /^[ \t\r\f\v]*([a-zA-Z0-9_-]+)(:?)[ \t\r\f\v]+(.*)$/s;

/** Never fails: as on Heroku, a line that is no process type is passed over. Here it is named as well. */
export function parseProcfile(content: Uint8Array): Procfile {
  const text = Buffer.from(content).toString();
  const types = new Map<string, ProcessType>();
  const notices = encodingNotices(content, text);
  const readable = notices.length === 0 || !isUtf16(content);
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const type = readLine(raw, line);
    if (type === undefined) {
      if (readable) notices.push(...passedOver(raw, line));
      continue;
    }
    notices.push(...oddities(raw, type, types.get(type.name)));
    // the place in the order is the last one's as well
    types.delete(type.name);
    types.set(type.name, type);
  }
  if (types.size === 0 && notices.length === 0)
    notices.push("Procfile has no process types, so it counts for nothing. A line reads: web: COMMAND");
  return { types: [...types.values()], notices };
}

function readLine(raw: string, line: number): ProcessType | undefined {
  const match = TYPE_LINE.exec(raw);
  const command = match?.[3]?.replace(/[ \t\r\f\v]+$/, "");
  // no program can be given one
  if (command?.includes("\0")) return undefined;
  return match && command ? { name: match[1] ?? "", command, line } : undefined;
}

/** By its mark, or by a NUL in every other byte or so. */
function isUtf16(content: Uint8Array): boolean {
  const [first, second] = content;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return content.filter((byte) => byte === 0).length * 4 > content.length;
}

function encodingNotices(content: Uint8Array, text: string): string[] {
  if (isUtf16(content))
    return [
      "Procfile is saved as UTF-16, so no process type can be read from it, here or on Heroku. Save it as UTF-8.",
    ];
  const notices: string[] = [];
  if (text.startsWith("\uFEFF"))
    notices.push(
      "Procfile begins with a byte order mark (BOM), which hides its first line from Heroku. Save it as UTF-8 without BOM.",
    );
  // the grammar takes a CR for a blank, so the types are read; the facts have reports of both outcomes
  if (text.includes("\r"))
    notices.push(
      "Procfile has Windows line ends (CRLF), which have broken builds on Heroku. Save it with LF.",
    );
  if (text.includes("\uFFFD"))
    notices.push("Procfile is not UTF-8; some characters cannot be read. Save it as UTF-8.");
  return notices;
}

/** Why a line without a process type has none. */
function passedOver(raw: string, line: number): string[] {
  const text = raw.replace("\uFEFF", "").trim();
  if (text === "" || text.startsWith("#") || raw.startsWith("\uFEFF")) return [];
  if (text.includes("\0"))
    return [`Procfile line ${line} is passed over: there is a NUL byte in it. Save the file as plain text.`];
  const glued = /^([a-zA-Z0-9_-]+):(\S.*)$/.exec(text);
  if (glued)
    return [
      `Procfile line ${line} is passed over: a blank is missing after the colon. Write "${glued[1]}: ${glued[2]}".`,
    ];
  if (/^[a-zA-Z0-9_-]+:?$/.test(text))
    return [`Procfile line ${line} is passed over: "${text}" has no command.`];
  return [`Procfile line ${line} is passed over: it does not read "type: command".`];
}

function oddities(raw: string, type: ProcessType, former: ProcessType | undefined): string[] {
  const notices: string[] = [];
  if (former !== undefined)
    notices.push(
      `Procfile declares "${type.name}" twice: line ${type.line} counts, line ${former.line} does not.`,
    );
  if (TYPE_LINE.exec(raw)?.[2] === "")
    notices.push(
      type.command.startsWith(":")
        ? `Procfile line ${type.line}: the blank before the colon makes the colon part of the command. Write "${type.name}: ${type.command.slice(1).trim()}".`
        : `Procfile line ${type.line} has no colon: "${type.name}" is taken for a process type.`,
    );
  if (type.command.endsWith("\\"))
    notices.push(
      `Procfile line ${type.line} ends in a backslash, which does not join lines in a Procfile. Write the command on one line, or in a script.`,
    );
  if (type.name !== "web" && type.name.toLowerCase() === "web")
    notices.push(
      `Procfile line ${type.line}: only "web" in lower case is given requests; "${type.name}" is a type like any other.`,
    );
  return notices;
}

/** True only where the buildpack brings no process type either. */
export const NO_PROCFILE =
  "No Procfile: the app has no process types unless its buildpack brings one, and every request ends in H14.";

/** What to say when there is no `Procfile` in the root. `untracked`: names git does not send. */
export function missingProcfile(
  paths: readonly string[],
  untracked: readonly string[],
  hasGit: boolean,
): Procfile {
  return { types: [], notices: [nearest(paths, untracked, hasGit ? "git mv -f" : "mv")] };
}

function nearest(paths: readonly string[], untracked: readonly string[], move: string): string {
  if (paths.some((path) => path.startsWith("Procfile/")))
    return "No Procfile: what has that name is a folder. Put the process types into a file named Procfile.";
  if (untracked.includes("Procfile"))
    return "No Procfile: the one in the folder is not tracked by git, so it is not sent. Add it: git add Procfile";
  const named = paths.find((path) => /^procfile(?:\.[a-z]+)?$/i.test(path));
  if (named !== undefined)
    return `No Procfile: there is "${named}", but the name has to be exactly "Procfile". Rename it: ${move} ${named} Procfile`;
  const below = paths.find((path) => path.endsWith("/Procfile"));
  if (below !== undefined) return `No Procfile in the root of the app: the one at ${below} is not looked at.`;
  return NO_PROCFILE;
}
