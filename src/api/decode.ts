/**
 * Reads fields of a request's body. The official client breaks the published schema here and there
 * (a quantity is a string, a plan an object), so what is understood is taken. heroku-cli.md 5
 */
export function fields(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : {};
}

/** A text that is not empty; a number counts as its digits. */
export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `"web"`, or the `name` (or `id`) of an object, as Heroku's references are written. */
export function reference(value: unknown): string | undefined {
  const { name, id } = fields(value);
  return text(value) ?? text(name) ?? text(id);
}

/** A flat object of texts; undefined when it is something else. */
export function texts(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const entries = Object.entries(value as Record<string, unknown>);
  if (!entries.every(([, item]) => ["string", "number", "boolean"].includes(typeof item))) return undefined;
  return Object.fromEntries(entries.map(([name, item]) => [name, String(item)]));
}
