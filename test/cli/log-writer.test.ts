import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LogWriter, type LogSink } from "../../src/cli/log-writer.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";

const BUSY = new URL("./fixtures/busy-log.ts", import.meta.url).pathname;
/** More than the writer holds back. */
const MANY = 12_000;

/** A reader that takes a text when the test says so. */
class Reader implements LogSink {
  readonly taken: string[] = [];
  take: () => void = () => {};

  write(text: string, done: () => void): void {
    this.taken.push(text);
    this.take = done;
  }

  writeNow(text: string): void {
    this.taken.push(`now: ${text}`);
  }
}

it("lines that come together go out together", async () => {
  const reader = new Reader();
  using out = new LogWriter(reader, new SystemClock());
  out.line("1", true);
  out.line("2", true);
  out.line("3");
  expect(reader.taken).toEqual(["1\n2\n3\n"]);
  reader.take();
  out.line("4", true);
  await Promise.resolve();
  // nobody said that 4 was the last one
  expect(reader.taken.at(-1)).toBe("4\n");
});

it("one text is on its way at a time; meanwhile the next lines gather", () => {
  const reader = new Reader();
  using out = new LogWriter(reader, new SystemClock());
  out.line("1");
  out.line("2");
  out.line("3");
  expect(reader.taken).toEqual(["1\n"]);
  expect(out.backlog).toBe(6);
  reader.take();
  expect(reader.taken).toEqual(["1\n", "2\n3\n"]);
  reader.take();
  expect(out.backlog).toBe(0);
});

it("who ends it gets what has gathered, now", () => {
  const reader = new Reader();
  const out = new LogWriter(reader, new SystemClock());
  out.line("1");
  out.line("2");
  out[Symbol.dispose]();
  expect(reader.taken).toEqual(["1\n", "now: 2\n"]);
});

it.each(["pipe", "terminal"])(
  "L11: a %s that is not read holds nobody up, costs a bounded memory, and is told what was dropped (heroku.md 7)",
  async (what) => {
    const child = spawn(...commandFor(what), { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    // nothing is read of its output until it has written it all
    await expect.poll(() => said).toMatch(/^\d+ \d+\n/);
    const [longest, most] = said.split(/\s/).map(Number);
    expect(longest).toBeLessThan(5000);
    expect(most).toBeGreaterThan(4_000_000);
    expect(most).toBeLessThan(4_600_000);
    let text = "";
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    await expect.poll(() => text.length).toBeGreaterThan(4_000_000);
    child.stdin.write("go on\n");
    await once(child, "close");
    const dropped = Number(/heroku\[logplex\]: Error L11 .* dropped (\d+) messages since/.exec(text)?.[1]);
    expect([...text.matchAll(/web\.1\]: line \d+ x/g)].length + dropped).toBe(MANY);
    expect(text.trimEnd()).toMatch(/the end$/);
  },
);

it("nothing is lost by a process that crashes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-log-"));
  const file = join(folder, "out.log");
  const child = spawn(process.execPath, [BUSY, "5000", "crash"], {
    stdio: ["pipe", openSync(file, "w"), "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [status] = (await once(child, "close")) as [number];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  rmSync(folder, { recursive: true });
  expect([status, lines.length]).toEqual([1, 5001]);
  expect(lines.at(-1)).toMatch(/last words$/);
  expect(said).toContain("a bug");
});

/** `script` gives it a terminal, and itself reads that only as fast as we read from it. */
function commandFor(what: string): [string, string[]] {
  const words = [process.execPath, BUSY, String(MANY)];
  return what === "pipe" ? [words[0]!, words.slice(1)] : ["python3", [TERMINAL, ...words]];
}
const TERMINAL = new URL("./fixtures/slow-terminal.py", import.meta.url).pathname;
