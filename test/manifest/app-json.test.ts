import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAppJson } from "../../src/manifest/app-json.ts";
import { firstJsonMistake } from "../../src/manifest/json-position.ts";

describe("app.json", () => {
  it("gives what is used here and passes over the rest", () => {
    const text = JSON.stringify({
      name: "demo",
      keywords: ["x"],
      env: {
        PLAIN: "value",
        SECRET: { generator: "secret" },
        WANTED: { description: "d" },
        OPTIONAL: { required: false },
        SET: { value: "v", required: true },
        FLAG: true,
      },
      buildpacks: [{ url: "heroku/python" }],
      scripts: { postdeploy: "flask init-db", test: "pytest" },
      addons: ["heroku-redis", { plan: "heroku-postgresql:mini", as: "DB" }],
      environments: { test: {}, review: { addons: [] } },
      stack: "heroku-24",
      formation: { web: { quantity: 2, size: "eco" }, worker: { quantity: 0 } },
    });
    expect(parseAppJson(text)).toEqual({
      ok: true,
      value: {
        name: "demo",
        stack: "heroku-24",
        postdeploy: "flask init-db",
        addons: ["heroku-redis", "heroku-postgresql:mini"],
        environments: ["test", "review"],
        env: [
          { name: "PLAIN", value: "value", required: true, secret: false },
          { name: "SECRET", value: undefined, required: true, secret: true },
          { name: "WANTED", value: undefined, required: true, secret: false },
          { name: "OPTIONAL", value: undefined, required: false, secret: false },
          { name: "SET", value: "v", required: true, secret: false },
          { name: "FLAG", value: "true", required: true, secret: false },
        ],
        buildpacks: ["heroku/python"],
        formation: { web: { quantity: 2, size: "eco" }, worker: { quantity: 0 } },
      },
    });
  });

  it.each<[document: unknown, postdeploy: string | undefined, addons: string[]]>([
    [{ scripts: { postdeploy: "  " } }, undefined, []],
    [{ scripts: {} }, undefined, []],
    [{ addons: "sentry" }, undefined, ["sentry"]],
  ])("takes what is nearly empty: %j", (document, postdeploy, addons) => {
    expect(parseAppJson(JSON.stringify(document))).toMatchObject({
      ok: true,
      value: { postdeploy, addons },
    });
  });

  it("takes a formation that is a list", () => {
    expect(parseAppJson('{"formation": [{"type": "web", "quantity": 0, "size": "eco"}]}')).toMatchObject({
      ok: true,
      value: { formation: { web: { quantity: 0, size: "eco" } } },
    });
  });

  it.each<[document: unknown, path: string, expected: string, found: string]>([
    [[], "app.json", "an object", "a list"],
    [{ name: 7 }, "name", "a string", "7"],
    [{ env: [] }, "env", "an object", "a list"],
    [{ env: { A: { value: {} } } }, "env.A.value", "a string", "an object"],
    [{ env: { A: [] } }, "env.A", "a string or an object", "a list"],
    [{ env: { A: { required: "no" } } }, "env.A.required", "true or false", '"no"'],
    [{ env: { A: { generator: "uuid" } } }, "env.A.generator", '"secret", the only generator', '"uuid"'],
    [{ stack: 24 }, "stack", "a string", "24"],
    [{ scripts: { postdeploy: ["a"] } }, "scripts.postdeploy", "a string", "a list"],
    [{ scripts: "flask" }, "scripts", "an object", '"flask"'],
    [{ addons: {} }, "addons", "a list", "an object"],
    [{ addons: [7] }, "addons[0]", "a string or an object", "7"],
    [{ addons: [{ as: "DB" }] }, "addons[0].plan", "a string", "nothing"],
    [{ environments: { test: "x" } }, "environments.test", "an object", '"x"'],
    [{ buildpacks: [{}] }, "buildpacks[0].url", "a string", "nothing"],
    [{ formation: { web: { quantity: -1 } } }, "formation.web.quantity", "a whole number", "-1"],
  ])("names the place of a wrong shape: %j", (document, path, expected, found) => {
    const failure = { kind: "bad-app-json", path, expected, found };
    expect(parseAppJson(JSON.stringify(document))).toEqual({ ok: false, failure });
  });

  it.each<[text: string, line: number, column: number]>([
    ["", 1, 1],
    ["{", 1, 2],
    ["nonsense", 1, 1],
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a" 1}', 1, 6],
    ['{"a": 1} x', 1, 10],
    ['{"a": [1, 2,]}', 1, 13],
    ['{"a": 1\n "b": 2}', 2, 2],
    ["{'a': 1}", 1, 2],
    ['{"a": hello}', 1, 7],
    ['{"a": "open}\n', 1, 7],
    ['{"a": 01}', 1, 8],
    ["[1}", 1, 3],
    ['{"a": 1, 2}', 1, 10],
  ])("finds the mistake in %j", (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(firstJsonMistake(text)).toEqual({ line, column });
  });
});

interface Sample {
  readonly id: string;
  readonly text: string;
  readonly odd: readonly string[];
}

const SAMPLES = JSON.parse(readFileSync(resolve("..", "shared/data/app-json.json"), "utf8")) as Sample[];

const INVALID = /^invalid_json: .* line (\d+) column \d+/;
/** As another parser saw it. */
const badLine = ({ odd }: Sample): number | undefined =>
  odd.map((o) => INVALID.exec(o)?.[1]).flatMap((line) => (line === undefined ? [] : [Number(line)]))[0];

describe("real app.json files", () => {
  it.each(
    SAMPLES.filter((sample) => badLine(sample) === undefined).map((sample) => [sample.id, sample] as const),
  )("%s", (_, { text, odd }) => {
    const parsed = parseAppJson(text);
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok && parsed.value.env.some(({ secret }) => secret)).toBe(odd.includes("env_generator"));
  });

  it.each(
    SAMPLES.filter((sample) => badLine(sample) !== undefined).map((sample) => [sample.id, sample] as const),
  )("%s is broken", (_, sample) => {
    const failure = { kind: "bad-json", line: badLine(sample) };
    expect(parseAppJson(sample.text)).toMatchObject({ ok: false, failure });
  });
});
