import type { CommandRow } from "./command-row.ts";
import { JSON_OUT } from "./options.ts";

/** Commands that Heroku has none for: sleep and time. */
export const TIME: readonly CommandRow[] = [
  {
    name: "idle",
    summary: "put the app to sleep now, as after 30 minutes without a request",
    app: true,
    example: "dynosim idle",
    load: async () => (await import("../commands/sleep.ts")).idle,
  },
  {
    name: "wake",
    summary: "wake the app, as its next request would",
    app: true,
    example: "dynosim wake",
    load: async () => (await import("../commands/sleep.ts")).wake,
  },
  {
    name: "hours",
    summary: "show the dyno hours of this month, or set them to try out what happens without any",
    options: [
      ["--used <duration>", "what is used this month, such as 999h59m"],
      ["--pool <duration>", "hours a month: 1000h for eco, 550h for free (1000h with a card)"],
      JSON_OUT,
    ],
    app: true,
    example: "dynosim hours --used 999h59m",
    load: async () => (await import("../commands/hours.ts")).hours,
  },
  {
    name: "rehearse",
    arguments: "[sleep]",
    summary:
      "put the app to sleep under a small load, wake it, and tell what each process did (exit 7: not back)",
    options: [
      ["--requests <count>", "requests that wake it, all at once (default: 10)"],
      ["--path <path>", "what they ask for (default: /)"],
      JSON_OUT,
    ],
    app: true,
    example: "dynosim rehearse sleep --requests 20",
    load: async () => (await import("../commands/rehearse.ts")).rehearse,
  },
  {
    name: "clock",
    arguments: "[advance|advance-to-next|pause|resume] [duration]",
    summary: "show the platform clock and what is due on it, move it forward, or let it stand still",
    options: [JSON_OUT],
    negativeArguments: true,
    app: true,
    example: "dynosim clock advance 31m",
    load: async () => (await import("../commands/clock.ts")).clock,
  },
];
