import { formatDuration } from "../../kernel/duration.ts";
import { between } from "../../kernel/units.ts";
import { dropWhenBehind, formatLine } from "../../platform/log-text.ts";
import type { Deployed, DynoFacts, EngineReport, Platform, TailLine } from "../../platform/platform.ts";
import { usage, type Command, type Outcome } from "../command.ts";
import { detach } from "../detach.ts";
import { host, statusOf, type Hosted, type Purpose } from "../hosting.ts";
import { watchAndTell } from "../watching.ts";
import { box } from "../render/box.ts";
import { failureFacts, readyFacts } from "../render/build-facts.ts";
import { jsonOfLine } from "../render/json-line.ts";
import { coloured } from "../render/log-colours.ts";
import { readyLine } from "../render/ready-line.ts";
import { LogWriter, streamSink } from "../log-writer.ts";
import { readUpOptions, type UpOptions } from "../up-options.ts";
import { hasColour, print, printable, tell, type World } from "../world.ts";

/** Hosts an app until a signal, `dynosim down`, or a failure. */
export const up: Command = async (call) => {
  const options = readUpOptions(call);
  if (!options.ok) return options;
  const { world } = call;
  const json = call.options.flag("json");
  if (options.value.detach)
    return json
      ? usage("--json is for an up in the foreground.", "After up -d ask for: dynosim info --json")
      : detach(call, options.value);
  const outcome = await serve(world, options.value, json ? inJson : inText(world));
  if (json && !outcome.ok) print(world, JSON.stringify(failureFacts(outcome.failure)));
  return outcome;
};

async function serve(world: World, options: UpOptions, voice: Voice): Promise<Outcome> {
  await using out = new LogWriter(streamSink(world.stdout), world.clock);
  return await host(world, options, onTerminal(world, out, options, voice));
}

/** How standard output puts it. */
interface Voice {
  readonly line: (line: string) => string;
  readonly ready: (app: string, url: string, deployed: Deployed, engine: EngineReport | undefined) => string;
}

/** One JSON value a line. */
const inJson: Voice = {
  line: jsonOfLine,
  ready: (...facts) => JSON.stringify(readyFacts(...facts)),
};

function inText(world: World): Voice {
  return {
    line: hasColour(world, world.stdout) ? coloured : (line) => line,
    ready: (app, url) => readyLine(url, app),
  };
}

function onTerminal(world: World, out: LogWriter, options: UpOptions, voice: Voice): Purpose {
  const write: TailLine = (line, more) =>
    out.line(printable(world, world.stdout, voice.line(formatLine(line))), more);
  return {
    onLine: dropWhenBehind(() => out.backlog, write),
    onCrash: (platform, crashed) => {
      for (const line of crashLines(platform, crashed)) tell(world, line);
      return undefined;
    },
    onUp: async (hosted, deployed) => {
      await tellReady(world, out, hosted, deployed, voice);
      await using _watching = options.watch
        ? watchAndTell(world, hosted.platform, options, deployed)
        : undefined;
      return statusOf(await hosted.ended);
    },
  };
}

/** Else the log falls silent until the cool-off is over, and nobody knows what to wait for. heroku.md 2.6 */
function crashLines(platform: Platform, crashed: readonly DynoFacts[]): readonly string[] {
  const { webUrl = "" } = platform.app();
  const { now, due } = platform.clock();
  const names = crashed.map(({ name }) => name).join(", ");
  const again = due.find(({ of }) => crashed.some(({ name }) => name === of));
  const next = again === undefined ? "" : ` in ${formatDuration(between(now, again.at))}`;
  return [
    `${names} crashed twice; what it said is in the log above. On Heroku it now cools off, and so it does here: ${webUrl} answers with H10 until it runs.`,
    `Next try${next}, or now: dynosim ps:restart. Once the app is mended: Ctrl-C, and dynosim up again.`,
  ];
}

async function tellReady(
  world: World,
  out: LogWriter,
  { platform, control, open }: Hosted,
  deployed: Deployed,
  voice: Voice,
): Promise<void> {
  const { release, notices } = deployed;
  const { name, webUrl = "", enforcement, era, switches } = platform.app();
  const asked = await platform.engineFacts();
  const engine = asked.ok ? asked.value : undefined;
  const lines = box({
    app: name,
    url: webUrl,
    controlUrl: control.url,
    release: release.version,
    formation: platform.formation(),
    era: { era, switches },
    clock: platform.clock(),
    enforcement,
    engine,
  });
  // the box goes to the other stream: what was told before shall stand above it
  await out.written();
  for (const line of [...lines, ...notices]) tell(world, line);
  open();
  out.line(voice.ready(name, webUrl, deployed, engine));
}
