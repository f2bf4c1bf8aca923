import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

type DomainKind = "bad-domain" | "domain-taken" | "unknown-domain" | "own-domain";

/** Two of these titles are Heroku's own words; its API says them. */
export function explainDomain(failure: Extract<PlatformFailure, { kind: DomainKind }>): Explanation {
  switch (failure.kind) {
    case "bad-domain":
      return {
        title: `${JSON.stringify(failure.hostname)} is not a domain that can be added.`,
        body: "It takes two or more labels of letters, digits and hyphens, such as www.example.com, or *.example.com for all below; no scheme, port, path or address. Other letters are written in Punycode.",
        next: "Add one: dynosim domains:add www.example.com",
        exitCode: 1,
      };
    case "domain-taken":
      return {
        title: "Domain already added to this app.",
        body: `The app answers to ${failure.hostname}.`,
        next: "See them: dynosim domains",
        exitCode: 1,
      };
    case "unknown-domain":
      return {
        title: "Couldn't find that domain name.",
        body: `The app has no domain ${failure.hostname}.`,
        next: "See them: dynosim domains",
        exitCode: 1,
      };
    case "own-domain":
      return {
        title: `${failure.hostname} cannot be removed.`,
        body: "It is the name that the app has by itself.",
        next: "See those that were added: dynosim domains",
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}
