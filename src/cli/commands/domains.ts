import type { DomainBody } from "../../api/resources/domain.ts";
import { isApex } from "../../heroku/host-names.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, type AppClient } from "../app-of.ts";
import { usage, type Command, type Outcome } from "../command.ts";
import { action } from "../render/action.ts";
import { namesAndValues } from "../render/aligned.ts";
import { table } from "../render/table.ts";
import { print, printJson, tell } from "../world.ts";

/** By name, in one answer. heroku-cli.md 2 */
const ALL = { Range: "hostname ..; max=1000;" };

/** Heroku's words; heroku/cli, commands/domains. */
export const domains: Command = async (call) =>
  withApp(call, async ({ name, path, control }) => {
    const reply = await control.get<readonly DomainBody[]>(`${path}/domains`, ALL);
    if (!reply.ok) return reply;
    const all = reply.value.body;
    const custom = all.filter(({ kind }) => kind === "custom");
    if (call.options.flag("json")) {
      printJson(call.world, all);
      return ok(0);
    }
    print(call.world, `=== ${name} Heroku Domain\n`);
    for (const { kind, hostname } of all) if (kind === "heroku") print(call.world, hostname);
    if (custom.length === 0) return ok(0);
    print(call.world, `\n=== ${name} Custom Domains\n`);
    const rows = custom.map(({ hostname, cname }) => [hostname, recordType(hostname), cname ?? ""]);
    for (const line of table(["Domain Name", "DNS Record Type", "DNS Target"], rows)) print(call.world, line);
    return ok(0);
  });

export const domainsAdd: Command = async (call) => {
  const [hostname] = call.arguments;
  if (hostname === undefined) return missing("add");
  return withApp(call, async ({ name, path, control, run }) => {
    const added = await action(call.world, `Adding ${hostname} to ⬢ ${name}`, () =>
      control.send<DomainBody>("POST", `${path}/domains`, { hostname, sni_endpoint: null }),
    );
    if (!added.ok) return added;
    const domain = added.value.body;
    if (call.options.flag("json")) {
      printJson(call.world, domain);
      return ok(0);
    }
    print(call.world, `Configure your app's DNS provider to point to the DNS Target ${domain.cname ?? ""}.`);
    tell(call.world, howToReach(domain.hostname, run?.url));
    return ok(0);
  });
};

export const domainsInfo: Command = async (call) => {
  const [hostname] = call.arguments;
  if (hostname === undefined) return missing("info");
  return withApp(call, async ({ path, control }) => {
    const reply = await control.get<DomainBody>(placeOf(path, hostname));
    if (!reply.ok) return reply;
    const { body } = reply.value;
    if (call.options.flag("json")) printJson(call.world, body);
    else {
      const rows = Object.entries({ ...body, app: body.app.name })
        .filter(([, value]) => value !== null)
        .map(([field, value]) => [field, String(value)] as const);
      for (const line of namesAndValues(rows)) print(call.world, line);
    }
    return ok(0);
  });
};

export const domainsRemove: Command = async (call) => {
  const [hostname] = call.arguments;
  if (hostname === undefined) return missing("remove");
  return withApp(call, async ({ name, path, control }) => {
    const removed = await action(call.world, `Removing ${hostname} from ⬢ ${name}`, () =>
      control.send<DomainBody>("DELETE", placeOf(path, hostname)),
    );
    return removed.ok ? ok(0) : removed;
  });
};

export const domainsClear: Command = async (call) =>
  withApp(call, async (app) => {
    const cleared = await action(call.world, `Removing all domains from ⬢ ${app.name}`, () => clear(app));
    return cleared.ok ? ok(0) : cleared;
  });

async function clear({ path, control }: AppClient): Promise<Result<unknown, Explanation>> {
  const reply = await control.get<readonly DomainBody[]>(`${path}/domains`, ALL);
  if (!reply.ok) return reply;
  for (const { kind, id } of reply.value.body) {
    const removed = kind === "custom" ? await control.send("DELETE", placeOf(path, id)) : undefined;
    if (removed?.ok === false) return removed;
  }
  return reply;
}

function placeOf(path: string, hostname: string): string {
  return `${path}/domains/${encodeURIComponent(hostname)}`;
}

function recordType(hostname: string): string {
  return isApex(hostname) ? "ALIAS or ANAME" : "CNAME";
}

/** No DNS is asked here, and nobody else's answer leads to this machine. */
function howToReach(hostname: string, webUrl: string | undefined): string {
  const sample = hostname.replace(/^\*/, "www");
  if (sample.endsWith(".localhost")) return `Browsers and curl find ${sample} on this machine by themselves.`;
  const port = webUrl === undefined ? "PORT" : new URL(webUrl).port;
  return (
    `To reach it from this machine: a line "127.0.0.1 ${sample}" in /etc/hosts, or ` +
    `curl --resolve ${sample}:${port}:127.0.0.1 http://${sample}:${port}/`
  );
}

function missing(verb: string): Outcome {
  return usage(`Usage: dynosim domains:${verb} HOSTNAME`, "See which there are: dynosim domains");
}
