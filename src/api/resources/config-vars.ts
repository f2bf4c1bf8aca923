import { fields, texts } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { invalid, refused } from "../respond.ts";

export const showConfigVars: Resource = ({ platform }) => json(200, platform.configVars());

/** null unsets; the answer is all of them as they are now. heroku-cli.md 2 */
export const updateConfigVars: Resource = async ({ platform, body }) => {
  const patch = readPatch(body);
  if (patch === undefined) return invalid("Config vars are an object of names and texts; null unsets.");
  const set = await platform.setConfigVars(patch);
  return set.ok ? json(200, set.value) : refused(set.failure);
};

function readPatch(body: unknown): Readonly<Record<string, string | null>> | undefined {
  const entries = Object.entries(fields(body));
  const unset = entries.filter(([, value]) => value === null).map(([name]) => [name, null] as const);
  const set = texts(Object.fromEntries(entries.filter(([, value]) => value !== null)));
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return set === undefined || !isObject ? undefined : { ...set, ...Object.fromEntries(unset) };
}
