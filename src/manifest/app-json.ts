import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppJson, AppJsonVariable } from "./app-source.ts";
import type { AppJsonFailure } from "./failure.ts";
import { firstJsonMistake } from "./json-position.ts";

export const NO_APP_JSON: AppJson = {
  name: undefined,
  stack: undefined,
  postdeploy: undefined,
  addons: [],
  environments: [],
  env: [],
  buildpacks: [],
  formation: {},
};

/** Unknown keys are passed over, as on Heroku; a known one of the wrong shape is named by its path. heroku.md 6.6 */
export function parseAppJson(text: string): Result<AppJson, AppJsonFailure> {
  const document = text.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch (problem) {
    const reason = (problem as Error).message.replace(/ in JSON at position.*$|, ".*$/s, "");
    return fail({ kind: "bad-json", file: "app.json", ...firstJsonMistake(document), reason });
  }
  try {
    return ok(decodeApp(value));
  } catch (problem) {
    if (problem instanceof WrongShape) return fail({ kind: "bad-app-json", ...problem.facts });
    throw problem;
  }
}

class WrongShape extends Error {
  readonly facts: { readonly path: string; readonly expected: string; readonly found: string };

  constructor(path: string, expected: string, value: unknown) {
    super(`${path}: ${expected}`);
    this.facts = { path, expected, found: describe(value) };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function decodeApp(value: unknown): AppJson {
  const app = asObject(value, "app.json");
  const scripts = asOptional(app["scripts"], "scripts", asObject) ?? {};
  const environments = asOptional(app["environments"], "environments", asObject) ?? {};
  for (const [name, entry] of Object.entries(environments)) asObject(entry, `environments.${name}`);
  return {
    name: asOptional(app["name"], "name", asString),
    stack: asOptional(app["stack"], "stack", asString),
    // one sample in the wild has an empty one, which runs nothing
    postdeploy: asOptional(scripts["postdeploy"], "scripts.postdeploy", asString)?.trim() || undefined,
    addons: decodeAddons(app["addons"]),
    environments: Object.keys(environments),
    env: Object.entries(asOptional(app["env"], "env", asObject) ?? {}).map(([name, value]) =>
      decodeVariable(name, value),
    ),
    buildpacks: (asOptional(app["buildpacks"], "buildpacks", asArray) ?? []).map((value, index) =>
      decodeBuildpack(value, `buildpacks[${index}]`),
    ),
    formation: decodeFormations(app["formation"]),
  };
}

/** `"NAME": "value"`, or an object; required unless it says otherwise. */
function decodeVariable(name: string, value: unknown): AppJsonVariable {
  const path = `env.${name}`;
  if (isScalar(value)) return { name, value: String(value), required: true, secret: false };
  const fields = asObject(value, path, "a string or an object");
  return {
    name,
    value: asOptional(fields["value"], `${path}.value`, asText),
    required: asOptional(fields["required"], `${path}.required`, asBoolean) ?? true,
    secret: asOptional(fields["generator"], `${path}.generator`, asGenerator) !== undefined,
  };
}

function decodeBuildpack(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  return asString(asObject(value, path, "an object with a url")["url"], `${path}.url`);
}

/** `"redis:mini"` or `{"plan": "redis:mini", "as": "CACHE"}`; two samples in the wild have one without a list. */
function decodeAddons(value: unknown): readonly string[] {
  const list = asOptional(value, "addons", (entry, path) =>
    typeof entry === "string" ? [entry] : asArray(entry, path),
  );
  return (list ?? []).map((entry, index) => {
    const path = `addons[${index}]`;
    if (typeof entry === "string") return entry;
    return asString(asObject(entry, path, "a string or an object")["plan"], `${path}.plan`);
  });
}

/** By type; or a list whose entries name theirs, as Heroku's own reference apps have it. */
function decodeFormations(value: unknown): AppJson["formation"] {
  if (!Array.isArray(value)) {
    const types = Object.entries(asOptional(value, "formation", asObject) ?? {});
    return Object.fromEntries(
      types.map(([type, entry]) => [type, decodeFormation(entry, `formation.${type}`)]),
    );
  }
  return Object.fromEntries(
    value.map((entry: unknown, index) => {
      const path = `formation[${index}]`;
      return [asString(asObject(entry, path)["type"], `${path}.type`), decodeFormation(entry, path)];
    }),
  );
}

function decodeFormation(value: unknown, path: string): AppJson["formation"][string] {
  const fields = asObject(value, path);
  const quantity = asOptional(fields["quantity"], `${path}.quantity`, asQuantity);
  const size = asOptional(fields["size"], `${path}.size`, asString);
  return { ...(quantity === undefined ? {} : { quantity }), ...(size === undefined ? {} : { size }) };
}

function asOptional<T>(value: unknown, path: string, as: (value: unknown, path: string) => T): T | undefined {
  return value === undefined || value === null ? undefined : as(value, path);
}

function asObject(value: unknown, path: string, expected = "an object"): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WrongShape(path, expected, value);
  return value as Fields;
}

function asArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WrongShape(path, "a list", value);
  return value;
}

function asString(value: unknown, path: string): string {
  if (typeof value !== "string") throw new WrongShape(path, "a string", value);
  return value;
}

function asText(value: unknown, path: string): string {
  if (!isScalar(value)) throw new WrongShape(path, "a string", value);
  return String(value);
}

/** Forms in the wild have `"required": "false"` too. */
function asBoolean(value: unknown, path: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  if (typeof value !== "boolean") throw new WrongShape(path, "true or false", value);
  return value;
}

function asGenerator(value: unknown, path: string): "secret" {
  if (value !== "secret") throw new WrongShape(path, '"secret", the only generator', value);
  return value;
}

function asQuantity(value: unknown, path: string): number {
  const quantity = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 0)
    throw new WrongShape(path, "a whole number", value);
  return quantity;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
