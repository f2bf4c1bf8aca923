import { json, type Answer } from "./exchange.ts";

/** How a list is walked: by which property, from where, how many. heroku-cli.md 2 */
interface Range {
  readonly property: string;
  readonly from: string;
  readonly exclusive: boolean;
  readonly to: string;
  readonly max: number;
  readonly descending: boolean;
}

/** Heroku's default and greatest page. */
const LONGEST_PAGE = 1000;
const USUAL_PAGE = 200;

/** A page of `items`: 206 with `Next-Range` when more is left. `id` and the properties of `sorts` can be asked for. */
export function page<T>(
  items: readonly T[],
  header: string | undefined,
  sorts: Readonly<Record<string, (item: T) => string | number>>,
): Answer {
  const property = Object.keys(sorts)[0] ?? "id";
  const range = parseRange(header, property);
  const key = range === undefined ? undefined : sorts[range.property];
  if (range === undefined || key === undefined)
    return json(416, { id: "requested_range_not_satisfiable", message: "Couldn't satisfy that range." });

  const wanted = items
    .filter((item) => isWithin(key(item), range))
    .sort((a, b) => compare(key(a), key(b)) * (range.descending ? -1 : 1));
  const shown = wanted.slice(0, range.max);
  const last = shown.at(-1);
  const headers: Record<string, string> = { "Accept-Ranges": Object.keys(sorts).join(", ") };
  if (last !== undefined && shown[0] !== undefined)
    headers["Content-Range"] = `${range.property} ${key(shown[0])}..${key(last)}`;
  if (shown.length === wanted.length || last === undefined) return json(200, shown, headers);
  const order = range.descending ? ", order=desc" : "";
  headers["Next-Range"] = `${range.property} ]${key(last)}..${range.to}; max=${range.max}${order}`;
  return json(206, shown, headers);
}

/** `version ..; max=15, order=desc`, also with `;` between the settings; nothing means the first page. */
function parseRange(header: string | undefined, usual: string): Range | undefined {
  const text = header?.trim() ?? "";
  const match = /^(?:([\w-]+) *)?(\]?)([^.;\s]*)(?:\.\.([^;\s]*))?\s*(?:;(.*))?$/.exec(text);
  if (match === null) return undefined;
  const [, property = usual, bracket = "", from = "", to = "", settings = ""] = match;
  const max = Number(/\bmax=(\d+)/.exec(settings)?.[1] ?? USUAL_PAGE);
  return {
    property,
    from,
    exclusive: bracket === "]",
    to,
    max: Math.min(Math.max(max, 1), LONGEST_PAGE),
    descending: /\border=desc\b/.test(settings),
  };
}

/** With `order=desc` a range still names its start first: where the walk begins. */
function isWithin(value: string | number, range: Range): boolean {
  const direction = range.descending ? -1 : 1;
  const start = range.from === "" ? 1 : compare(value, like(value, range.from)) * direction;
  const end = range.to === "" ? -1 : compare(value, like(value, range.to)) * direction;
  return (range.exclusive ? start > 0 : start >= 0) && end <= 0;
}

function like(value: string | number, text: string): string | number {
  return typeof value === "number" ? Number(text) : text;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
