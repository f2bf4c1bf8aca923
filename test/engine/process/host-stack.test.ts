import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HostPythons } from "../../../src/engine/process/host-pythons.ts";
import { HostStack } from "../../../src/engine/process/host-stack.ts";
import { placesIn } from "../../../src/engine/process/places.ts";

let temp: string;
beforeEach(() => (temp = realpathSync(mkdtempSync(join(tmpdir(), "dynosim-test-stack-")))));
afterEach(() => rmSync(temp, { recursive: true }));

const quiet = (): void => {};

/** The newest that works here: whoever runs these tests has one. */
function anyPython(): { readonly minor: string; readonly executable: string } {
  const pythons = new HostPythons(process.env, join(temp, "notes.json"));
  const python = pythons.find(pythons.minors().at(-1) ?? "");
  if (python === undefined) throw new Error("these tests need a Python");
  return python;
}

it("makes a tree of a Python, of which a copy works wherever it lies, and takes packages", async () => {
  const { minor, executable } = anyPython();
  const stack = new HostStack(placesIn(temp), process.env);
  const lines: string[] = [];
  expect(await stack.build(minor, (line) => lines.push(line))).toEqual({ ok: true, value: undefined });
  expect(lines).toEqual([expect.stringContaining(executable)]);
  expect(await stack.build(minor, (line) => lines.push(line))).toMatchObject({ ok: true });
  expect(lines).toHaveLength(1);
  const folder = stack.folder(minor);
  expect(readFileSync(join(folder, "python-version"), "utf8")).toMatch(new RegExp(`^${minor}\\.\\d+\n$`));
  expect(readdirSync(join(folder, "wheels"))).toEqual([
    expect.stringMatching(/^pip-[\d.]+-py3-none-any\.whl$/),
  ]);
  expect(readdirSync(join(folder, "python/bin")).filter((name) => !name.startsWith("python"))).toEqual([]);
  expect(readFileSync(join(folder, "python/pyvenv.cfg"), "utf8")).not.toContain(temp);
  const copy = join(temp, "copy");
  execFileSync("cp", ["-a", join(folder, "python"), copy]);
  const say = "import sys, sysconfig; print(sys.prefix); print(sysconfig.get_path('purelib'))";
  const said = execFileSync(join(copy, "bin/python"), ["-c", say], { encoding: "utf8" });
  expect(said).toBe(`${copy}\n${copy}/lib/python${minor}/site-packages\n`);
  const images = await stack.list();
  expect(images.ok && images.value.filter((image) => image.minor === minor)).toMatchObject([
    { role: "build", reference: executable },
    { role: "run", reference: executable },
  ]);
  expect(await stack.remove(minor)).toEqual({ ok: true, value: true });
  expect(existsSync(folder)).toBe(false);
  expect(await stack.remove(minor)).toEqual({ ok: true, value: false });
});

it("makes it anew when that Python is another one", async () => {
  const { minor, executable } = anyPython();
  const bin = join(temp, "bin");
  mkdirSync(bin);
  symlinkSync(executable, join(bin, `python${minor}`));
  const environment = { PATH: bin, HOME: temp };
  const first = new HostStack(placesIn(temp), environment, temp);
  expect(await first.build(minor, quiet)).toMatchObject({ ok: true });
  const made = join(first.folder(minor), "made-of.json");
  const before = readFileSync(made, "utf8");
  writeFileSync(made, JSON.stringify({ identity: "another" }));
  expect(await first.build(minor, quiet)).toMatchObject({ ok: true });
  expect(readFileSync(made, "utf8")).toBe(before);
});

function fakePython(onMake: string): Readonly<Record<string, string>> {
  const bin = join(temp, "bin");
  mkdirSync(bin);
  const file = join(bin, "python3.12");
  const answer = JSON.stringify({ minor: "3.12", version: "3.12.1", executable: file });
  writeFileSync(file, `#!/bin/sh\ncase "$*" in *EnvBuilder*) ${onMake};; *) echo '${answer}';; esac\n`);
  chmodSync(file, 0o755);
  return { PATH: bin, HOME: temp };
}

it("says why no tree can be made, and leaves none", async () => {
  const stack = new HostStack(placesIn(temp), fakePython("echo 'Error: no ensurepip' >&2; exit 1"), temp);
  expect(await stack.build("3.12", quiet)).toMatchObject({
    ok: false,
    failure: { kind: "python-unfit", minor: "3.12", reason: "Error: no ensurepip" },
  });
  expect(existsSync(stack.folder("3.12"))).toBe(false);
  expect(readdirSync(placesIn(temp).stacks).filter((name) => name.startsWith("3."))).toEqual([]);
});

it("says what is missing, what is here, and what does not work", async () => {
  const environment = fakePython("exit 1");
  const shim = join(temp, "bin/python3.11");
  writeFileSync(shim, "#!/bin/sh\necho 'version 3.11 is not installed' >&2; exit 1\n");
  chmodSync(shim, 0o755);
  const stack = new HostStack(placesIn(temp), environment, temp);
  expect(await stack.build("3.11", quiet)).toMatchObject({
    ok: false,
    failure: {
      kind: "python-missing",
      minor: "3.11",
      found: ["3.12"],
      unfit: [{ executable: shim, reason: "version 3.11 is not installed" }],
    },
  });
});

it("runs on no image", async () => {
  const stack = new HostStack(placesIn(temp), {}, temp);
  expect(await stack.fetch({ build: "heroku/heroku:24-build", run: "heroku/heroku:24" })).toMatchObject({
    ok: false,
  });
  expect(await stack.runFiles()).toMatchObject({ ok: false });
});
