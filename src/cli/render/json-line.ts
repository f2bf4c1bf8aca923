/** A line of the log as one JSON value: `{"at":...,"source":"heroku","process":"web.1","text":...}` */
export function jsonOfLine(line: string): string {
  const [, at, source, process, text] = /^(\S+) ([\w-]+)\[([^\]]*)\]: ?(.*)$/s.exec(line) ?? [];
  return JSON.stringify({ at, source, process, text });
}
