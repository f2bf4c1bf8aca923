import { describe, expect, it } from "vitest";
import { processesInTop } from "../../../src/engine/docker/processes.ts";

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
