import { describe, expect, it } from "vitest";
import { parseStatus } from "../../../src/engine/proc/status.ts";

const status = (fields: Readonly<Record<string, string>>): string =>
  Object.entries({ Name: "python", State: "S (sleeping)", Pid: "9001", PPid: "8999", ...fields })
    .map(([name, value]) => `${name}:\t${value}`)
    .join("\n");

describe("parseStatus", () => {
  it("gives the pid of the innermost namespace, and the command on one line", () => {
    const text = status({ NSpid: "9001\t12\t7", SigBlk: "0", SigIgn: "0", SigCgt: "0" });
    expect(parseStatus(text, "bash\0-c\0a  b\n c\0")).toEqual({
      isZombie: false,
      process: { pid: 7, ppid: 8999, command: "bash -c a b c", onSigterm: "dies" },
    });
  });

  it.each([
    ["no handler", {}, "dies"],
    // bit 14; Python has SIGINT caught and SIGPIPE ignored by itself
    ["Python without handlers", { SigIgn: "0000000001001000", SigCgt: "0000000000000002" }, "dies"],
    ["a handler", { SigCgt: "0000000000004002" }, "handles"],
    ["trap '' TERM", { SigIgn: "0000000000004000" }, "ignores"],
    ["sigwait", { SigBlk: "0000000000004000" }, "handles"],
  ])("tells what SIGTERM would do: %s", (_what, masks, expected) => {
    const { process } = parseStatus(status({ NSpid: "9001\t7", ...masks }), "x\0");
    expect(process.onSigterm).toBe(expected);
  });

  it("names one without a command line by its name, as ps does", () => {
    expect(parseStatus(status({ State: "Z (zombie)" }), "")).toMatchObject({
      isZombie: true,
      process: { pid: 9001, command: "[python]" },
    });
  });
});
