import { fail, ok } from "../../kernel/result.ts";
import { ensureAuthority, removeAuthority } from "../../platform/certificates/authority-file.ts";
import { authorityFacts, type AuthorityFacts } from "../../platform/certificates/authority-facts.ts";
import {
  addToSystem,
  removeFromSystem,
  systemTrust,
  type SystemTrust,
} from "../../platform/certificates/system-trust.ts";
import { explain } from "../../platform/explain.ts";
import { failed, type Command, type Outcome } from "../command.ts";
import { localTime } from "../render/ago.ts";
import { columns, namesAndValues } from "../render/aligned.ts";
import { shellQuote } from "../render/shell-quote.ts";
import { print, printJson, tell, type World } from "../world.ts";

const TITLE = "=== Local certificate authority";

/** Of this user, not of an app: it serves all of them. */
export const certs: Command = async ({ world, options }) => {
  const facts = authorityFacts(world.environment, world.clock);
  if (options.flag("json")) printJson(world, facts === undefined ? null : jsonOf(facts));
  else if (facts === undefined) {
    print(world, "No certificate authority yet. It is made with the first request over HTTPS,");
    print(world, "or now: dynosim certs:trust");
  } else for (const line of describe(facts)) print(world, line);
  return ok(0);
};

/** Only `--system` changes anything, and only that list. */
export const certsTrust: Command = async ({ world, options }) => {
  // there it would be root's own authority, which no app of this user is served with
  if (options.flag("system") && world.environment["SUDO_USER"] !== undefined)
    return failed("With sudo this would be another user's authority.", "What to type: dynosim certs:trust");
  const authority = await ensureAuthority(world.environment, world.clock);
  if (!authority.ok) return fail(explain(authority.failure));
  const facts = authorityFacts(world.environment, world.clock);
  if (facts === undefined) return failed("The authority is gone again.", "Once more: dynosim certs:trust");
  if (options.flag("system")) return trustBySystem(world, facts);
  for (const line of [...describe(facts), "", "Nothing has been changed. To have it trusted by"])
    print(world, line);
  for (const line of columns(ways(facts.certificate).map(([who, how]) => ["", who, how]))) print(world, line);
  return ok(0);
};

export const certsRemove: Command = async ({ world, options }) => {
  const trust = systemTrust();
  if (options.flag("system") && trust !== undefined) {
    const undone = attempt(() => removeFromSystem(trust), undoing(trust.file, trust.remove));
    if (!undone.ok) return undone;
    tell(world, `This system does not trust it any more: ${trust.file} is gone.`);
  }
  const facts = authorityFacts(world.environment, world.clock);
  if (!removeAuthority(world.environment)) {
    print(world, "There is no certificate authority.");
    return ok(0);
  }
  print(
    world,
    "The certificate authority and its key are removed; the next request over HTTPS makes new ones.",
  );
  print(world, "Apps that are up keep the certificates they have until they are started anew.");
  if (facts?.isTrustedBySystem === true && trust !== undefined)
    tell(world, `This system still trusts it: ${undoing(trust.file, trust.remove)}`);
  return ok(0);
};

function describe(facts: AuthorityFacts): string[] {
  const { isTrustedBySystem } = facts;
  return [
    TITLE,
    "",
    ...namesAndValues([
      ["Certificate", facts.certificate],
      ["Fingerprint", `SHA-256 ${facts.fingerprint}`],
      ["Valid Until", localTime(facts.validUntil)],
      [
        "This System",
        isTrustedBySystem ? "trusts it" : "does not trust it (how to change that: dynosim certs:trust)",
      ],
    ]),
  ];
}

function jsonOf({ isTrustedBySystem, validFrom, validUntil, ...facts }: AuthorityFacts): object {
  return {
    ...facts,
    valid_from: validFrom.toISOString(),
    valid_until: validUntil.toISOString(),
    trusted_by_system: isTrustedBySystem,
  };
}

function ways(path: string): readonly (readonly [string, string])[] {
  const quoted = shellQuote(path);
  const trust = systemTrust();
  const system: (readonly [string, string])[] =
    trust === undefined
      ? [
          [
            "macOS",
            `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${quoted}`,
          ],
        ]
      : [
          ["this system", doing(path, trust)],
          ["", "or, as root: dynosim certs:trust --system"],
        ];
  return [
    ["curl", `curl --cacert ${quoted} https://...`],
    ["Node", `export NODE_EXTRA_CA_CERTS=${quoted}`],
    ["Python", `export SSL_CERT_FILE=${quoted} (in place of its own list; requests: REQUESTS_CA_BUNDLE)`],
    ["Chromium", `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n dynosim -i ${quoted}`],
    ["Firefox", `Settings, Privacy & Security, View Certificates, Authorities, Import: ${path}`],
    ...system,
  ];
}

function trustBySystem(world: World, { certificate }: AuthorityFacts): Outcome {
  const trust = systemTrust();
  if (trust === undefined)
    return failed("Here a system's list is changed by hand.", "What to type: dynosim certs:trust");
  const next = `With the rights it needs: ${doing(certificate, trust)}`;
  const added = attempt(() => addToSystem(trust, certificate), next);
  if (!added.ok) return added;
  print(world, `This system trusts it now: ${trust.file}`);
  print(world, "Back again: dynosim certs:remove --system");
  return ok(0);
}

/** Readable by all, which the user's own file is not. */
function doing(certificate: string, { file, add }: SystemTrust): string {
  return `sudo install -m 644 ${shellQuote(certificate)} ${file} && sudo ${add.join(" ")}`;
}

function undoing(file: string, refresh: readonly string[]): string {
  return `sudo rm ${file} && sudo ${refresh.join(" ")}`;
}

function attempt(act: () => unknown, next: string): Outcome {
  try {
    act();
    return ok(0);
  } catch (error) {
    return fail({
      title: "This system refuses to have its list of authorities changed.",
      body: (error as Error).message,
      next,
      exitCode: 1,
    });
  }
}
