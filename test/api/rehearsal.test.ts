import { describe, expect, it } from "vitest";
import { openRig } from "./rig.ts";

const REHEARSALS = "/dynosim/apps/example/rehearsals";

describe("POST rehearsals", () => {
  it("rehearses sleep, with ten requests to / unless told otherwise", async () => {
    await using rig = await openRig();
    const { status, body } = await rig.ask("POST", REHEARSALS, { body: { kind: "sleep" } });
    expect(status).toBe(200);
    expect(body).toEqual({
      kind: "sleep",
      era: "now",
      path: "/",
      before: { requests: 11, answered: 11, lost: {}, first_byte_ms: { first: 3, median: 4, last: 17 } },
      stops: [
        {
          dyno: "web.1",
          status: 0,
          lasted_ms: 540,
          killed: false,
          processes: [
            expect.objectContaining({
              pid: 7,
              ppid: 1,
              on_sigterm: "handles",
              left_after_ms: 480,
              late: false,
            }),
            expect.objectContaining({
              pid: 9,
              ppid: 7,
              command: "gunicorn: worker [app:app]",
              killed: false,
            }),
          ],
          lost_files: [{ path: "/app/notes.txt", change: "added" }],
        },
      ],
      wake: {
        requests: 10,
        answered: 10,
        lost: {},
        first_byte_ms: { first: 910, median: 942, last: 1204 },
        woken_by_others: false,
      },
      is_back: true,
      why: null,
    });
    await rig.ask("POST", REHEARSALS, { body: { kind: "sleep", requests: "3", path: "/a?b=1" } });
    expect(rig.platform.asked).toEqual([
      { rehearseSleep: { requests: 10, path: "/" } },
      { rehearseSleep: { requests: 3, path: "/a?b=1" } },
    ]);
  });

  it.each([
    [{}, "kind must be sleep."],
    [{ kind: "sleep", requests: 0 }, "requests must be a whole number from 1 to 200."],
    [{ kind: "sleep", requests: "many" }, "requests must be a whole number from 1 to 200."],
    [{ kind: "sleep", path: "health" }, "path must begin with one slash, such as /health."],
    [{ kind: "sleep", path: "//other.example/" }, "path must begin with one slash, such as /health."],
    [{ kind: "sleep", path: "/a b" }, "path must begin with one slash, such as /health."],
  ])("refuses %j", async (body, message) => {
    await using rig = await openRig();
    expect(await rig.ask("POST", REHEARSALS, { body })).toMatchObject({
      status: 422,
      body: { id: "invalid_params", message },
    });
    expect(rig.platform.asked).toEqual([]);
  });
});
