import type { CommandRow } from "./command-row.ts";

/** The router's live view. */
export const REQUESTS: readonly CommandRow[] = [
  {
    name: "requests",
    summary: "show the requests in flight and the last ones done, with figures of all since up began",
    options: [
      ["-n, --num <count>", "done ones to show, 0 to 500 (default: 20)"],
      [
        "-t, --tail",
        "follow: a line for each that ends, and for a slow one (1 s) in each phase it is found in",
      ],
      ["--json", "print JSON; with --tail one object a line"],
    ],
    app: true,
    words: [
      ["dyno?", "no dyno yet: one is being chosen, woken, or waited for (too long: H20)"],
      ["connect", "a dyno is being connected to (in vain: H19, H21)"],
      ["send", "head and body of the request are on their way to the dyno (silence: H28)"],
      ["wait", "the dyno has it all and has said nothing yet (too long: H12)"],
      ["answer", "the answer is on its way to the client (silence: H15, H28)"],
      ["upgrade", "bytes both ways after 101, of a websocket mostly (silence: H15)"],
      ["done", "the client has it all, or it failed: then with its code"],
      ["Age", "since the head was complete; of a done one, since it ended"],
      ["Connect", "time to connect to the dyno; 0 on a connection that was kept"],
      ["Service", "from there to the last byte the client got: connect= and service= of the log"],
      ["Bytes", "of the answer's body, or of the router's own page"],
    ],
    example: "dynosim requests --tail",
    load: async () => (await import("../commands/requests.ts")).requests,
  },
];
