import { describe, expect, it } from "vitest";
import { parseStatus, processesInTop } from "../../../src/engine/docker/processes.ts";

const status = (fields: Readonly<Record<string, string>>): string =>
  Object.entries({ Name: "python", State: "S (sleeping)", Pid: "9001", PPid: "8999", ...fields })
    .map(([name, value]) => `${name}:\t${value}`)
    .join("\n");

describe("parseStatus", () => {
  it("gives the pid of the innermost namespace, and the command on one line", () => {
    const text = status({ NSpid: "9001\t12\t7", SigBlk: "0", SigIgn: "0", SigCgt: "0" });
    expect(parseStatus(text, "bash\0-c\0a  b\n c\0")).toEqual({
      state: "S",
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
      state: "Z",
      process: { pid: 9001, command: "[python]" },
    });
  });
});

describe("processesInTop", () => {
  it("leaves out the container's first process and zombies", () => {
    const Processes = [
      ["900", "880", "Ss", "bash -p -c exec 3<>"],
      ["910", "900", "S", "gunicorn:  master   [app]"],
      ["911", "910", "S", "gunicorn: worker [app]"],
      ["912", "910", "Z", "[python] <defunct>"],
    ];
    expect(processesInTop({ Titles: ["PID", "PPID", "STAT", "COMMAND"], Processes })).toEqual([
      { pid: 910, ppid: 900, command: "gunicorn: master [app]", onSigterm: undefined },
      { pid: 911, ppid: 910, command: "gunicorn: worker [app]", onSigterm: undefined },
    ]);
    expect(processesInTop({ Titles: [], Processes: null })).toEqual([]);
  });
});
