import type { StackImagesBody } from "../../api/resources/stack-image.ts";
import { ok } from "../../kernel/result.ts";
import { withApp, type AppClient } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { action } from "../render/action.ts";
import { columns, megabytes } from "../render/aligned.ts";
import { print, printJson, tell } from "../world.ts";

/** `images`, `images build [MINOR]`, `images rm MINOR` */
export const images: Command = async (call) => {
  const [verb, minor] = call.arguments;
  if (verb === undefined) return withApp(call, (app) => list(call, app));
  if (verb === "build") return withApp(call, (app) => build(call, app, minor));
  if (verb === "rm" && minor !== undefined) return withApp(call, (app) => remove(call, app, minor));
  return usage("Usage: dynosim images [build [MINOR] | rm MINOR]", "For example: dynosim images build 3.13");
};

async function list({ world, options }: Call, { control }: AppClient): Promise<Outcome> {
  const reply = await control.get<StackImagesBody>("/dynosim/images");
  if (!reply.ok) return reply;
  const { images, minors, origin } = reply.value.body;
  if (options.flag("json")) printJson(world, reply.value.body);
  else if (origin === "machine") for (const line of machineLines(images)) print(world, line);
  else if (images.length === 0)
    print(world, `There are no stack images yet; Python ${minors.join(", ")} can be had.`);
  else {
    const rows = images.map(({ minor, role, size, reference }) => [minor, role, megabytes(size), reference]);
    for (const line of columns(rows)) print(world, line);
  }
  return ok(0);
}

/** Without containers builds take this machine's Pythons. */
function machineLines(images: StackImagesBody["images"]): readonly string[] {
  if (images.length === 0)
    return ["Without containers there are no images, and this machine has no Python that a build can use."];
  return [
    "Without containers there are no images. Pythons of this machine that a build can use:",
    ...columns(
      images.filter(({ role }) => role === "build").map(({ minor, reference }) => [minor, reference]),
    ).map((line) => `  ${line}`),
  ];
}

/** Without a minor: the one that the examples pin, else the newest. */
async function build({ world }: Call, { control }: AppClient, wanted: string | undefined): Promise<Outcome> {
  const reply = await control.get<StackImagesBody>("/dynosim/images");
  if (!reply.ok) return reply;
  const { minors, origin } = reply.value.body;
  const usual = minors.includes(USUAL_MINOR) ? USUAL_MINOR : (minors.at(-1) ?? USUAL_MINOR);
  const minor = wanted ?? usual;
  const built = await control.follow(`/dynosim/images/${encodeURIComponent(minor)}`, {}, (line) =>
    tell(world, line),
  );
  if (!built.ok) return built;
  const made =
    origin === "machine"
      ? `Python ${minor} is ready for builds.`
      : `The images for Python ${minor} are there.`;
  print(world, made);
  return ok(0);
}

/** The examples pin it. issue A 3 */
const USUAL_MINOR = "3.13";

async function remove({ world }: Call, { control }: AppClient, minor: string): Promise<Outcome> {
  const removed = await action(world, `Removing the images for Python ${minor}`, () =>
    control.send("DELETE", `/dynosim/images/${encodeURIComponent(minor)}`),
  );
  return removed.ok ? ok(0) : removed;
}
