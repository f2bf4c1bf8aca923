import { describe, expect, it } from "vitest";
import type { DynoInput } from "../../src/dyno/input.ts";
import { ATTACHED_RULES, exited, launched, play } from "./story.ts";

const START: readonly DynoInput[] = [{ kind: "start" }, launched(1)];
const CAME: readonly DynoInput[] = [...START, { kind: "client-came", run: 1 }];
const GONE: DynoInput = { kind: "client-gone", run: 1 };
const DUE: DynoInput = { kind: "hang-up-due", run: 1 };

const STARTED = [
  "Awaiting client",
  "(launch 1)",
  "Starting process with command `serve`",
  "State changed from starting to up",
];
const HANG_UP = ["Client connection closed. Sending SIGHUP to all processes", "(SIGHUP to 1)"];
const R16 =
  "Error R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.";

describe("an attached one-off dyno and its client (heroku.md 2.8, 2.9)", () => {
  const cases: readonly { name: string; inputs: readonly DynoInput[]; story: readonly string[] }[] = [
    {
      name: "the client comes, and stays to the end",
      inputs: [...CAME, { kind: "attach-time-over", run: 1 }, exited(1, 3)],
      story: [...STARTED, "Process exited with status 3", "State changed from up to complete"],
    },
    {
      name: "R13: the client never comes; the status is that of the log which has it",
      inputs: [...START, { kind: "attach-time-over", run: 1 }, exited(1, 137)],
      story: [
        ...STARTED,
        "Error R13 (Attach error) -> Failed to attach to process",
        "(SIGKILL to 1)",
        "Process exited with status 128",
        "State changed from up to complete",
      ],
    },
    {
      name: "R13 before the container runs",
      inputs: [
        { kind: "start" },
        { kind: "attach-time-over", run: 1 },
        { kind: "client-came", run: 1 },
        launched(1),
        exited(1, 137),
      ],
      story: [
        "Awaiting client",
        "(launch 1)",
        "Error R13 (Attach error) -> Failed to attach to process",
        "(SIGKILL to 1)",
        "Starting process with command `serve`",
        "State changed from starting to up",
        "Process exited with status 128",
        "State changed from up to complete",
      ],
    },
    {
      name: "the client goes, and SIGHUP ends it",
      inputs: [...CAME, GONE, exited(1, 129), DUE],
      story: [...STARTED, ...HANG_UP, "Process exited with status 129", "State changed from up to complete"],
    },
    {
      name: "R16: SIGHUP three times, then it is left alone",
      inputs: [...CAME, GONE, GONE, DUE, DUE, DUE, GONE],
      story: [...STARTED, ...HANG_UP, ...HANG_UP, ...HANG_UP, R16],
    },
    {
      name: "stopped after the client went: no further SIGHUP",
      inputs: [...CAME, GONE, { kind: "stop" }, DUE, exited(1, 143)],
      story: [
        ...STARTED,
        ...HANG_UP,
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "State changed from up to complete",
      ],
    },
    {
      name: "the client gives up before it was there",
      inputs: [...START, GONE, { kind: "attach-time-over", run: 1 }, exited(1, 129)],
      story: [...STARTED, ...HANG_UP, "Process exited with status 129", "State changed from up to complete"],
    },
  ];

  it.each(cases)("$name", ({ inputs, story }) => {
    expect(play(ATTACHED_RULES, inputs).story).toEqual(story);
  });
});
