import type { FeatureBody } from "../../api/resources/feature.ts";
import { fail, ok } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { action } from "../render/action.ts";
import { columns, namesAndValues } from "../render/aligned.ts";
import { print, printJson, tell } from "../world.ts";

/** heroku-cli.md 2: `features` has what is of state general, `labs` the rest. */
export const features: Command = (call) => list(call, (feature) => feature.state === "general");
export const labs: Command = (call) => list(call, (feature) => feature.state !== "general");

export const featuresInfo: Command = (call) => info(call, "features");
export const labsInfo: Command = (call) => info(call, "labs");

export const featuresEnable: Command = (call) => change(call, "features", true);
export const featuresDisable: Command = (call) => change(call, "features", false);
export const labsEnable: Command = (call) => change(call, "labs", true);
export const labsDisable: Command = (call) => change(call, "labs", false);

type Topic = "features" | "labs";

async function list(call: Call, belongs: (feature: FeatureBody) => boolean): Promise<Outcome> {
  return withApp(call, async ({ name, path, control }) => {
    const reply = await control.get<readonly FeatureBody[]>(`${path}/features`);
    if (!reply.ok) return reply;
    const shown = reply.value.body.filter(belongs);
    if (call.options.flag("json")) printJson(call.world, shown);
    else {
      print(call.world, `=== App Features ⬢ ${name}\n`);
      const rows = shown.map((one) => [`${one.enabled ? "[+]" : "[ ]"} ${one.name}`, one.description]);
      for (const line of columns(rows)) print(call.world, line);
    }
    return ok(0);
  });
}

async function info(call: Call, topic: Topic): Promise<Outcome> {
  const [wanted] = call.arguments;
  if (wanted === undefined) return missing(topic, "info");
  return withApp(call, async ({ path, control }) => {
    const reply = await control.get<FeatureBody>(`${path}/features/${encodeURIComponent(wanted)}`);
    if (!reply.ok) return reply;
    const { body } = reply.value;
    if (call.options.flag("json")) printJson(call.world, body);
    else {
      print(call.world, `=== ${body.name}\n`);
      const rows = [
        ["Description", body.description],
        ["Docs", body.doc_url],
        ["Enabled", String(body.enabled)],
        ["Here", EFFECTS[body.dynosim.effect]],
      ] as const;
      for (const line of namesAndValues(rows)) print(call.world, line);
    }
    return ok(0);
  });
}

/** `features:enable` minds that it is on already, `labs:enable` does not: so they are on Heroku. */
async function change(call: Call, topic: Topic, enabled: boolean): Promise<Outcome> {
  const [wanted] = call.arguments;
  if (wanted === undefined) return missing(topic, enabled ? "enable" : "disable");
  return withApp(call, async ({ name, path, control }) => {
    const place = `${path}/features/${encodeURIComponent(wanted)}`;
    const changed = await action<FeatureBody, Explanation>(
      call.world,
      `${enabled ? "Enabling" : "Disabling"} ${wanted} for ⬢ ${name}`,
      async () => {
        const now = await control.get<FeatureBody>(place);
        if (!now.ok) return now;
        if (topic === "features" && now.value.body.enabled === enabled) return fail(already(wanted, enabled));
        const reply = await control.send<FeatureBody>("PATCH", place, { enabled });
        return reply.ok ? ok(reply.value.body) : reply;
      },
    );
    if (!changed.ok) return changed;
    tell(call.world, EFFECTS[changed.value.dynosim.effect]);
    return ok(0);
  });
}

const EFFECTS: Readonly<Record<FeatureBody["dynosim"]["effect"], string>> = {
  "at-once": "In effect from the next request on.",
  "next-release": "In effect from the next release, config change or restart on.",
  "next-restart": "In effect for each dyno from its next start on: dynosim ps:restart",
  "next-deploy": "In effect from the next deploy on: dynosim up",
  "next-connection": "In effect for each client from its next connection on.",
};

function already(name: string, enabled: boolean): Explanation {
  return {
    title: `${name} is already ${enabled ? "enabled" : "disabled"}.`,
    body: "",
    next: "",
    exitCode: 1,
  };
}

function missing(topic: Topic, verb: string): Outcome {
  return usage(
    `Usage: dynosim ${topic}:${verb} FEATURE`,
    `See which there are: dynosim features, dynosim labs`,
  );
}
