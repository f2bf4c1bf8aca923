import type { CommandRow } from "./command-row.ts";
import { JSON_OUT } from "./options.ts";

/** Commands on what the router answers to, and whether. */
export const ROUTING: readonly CommandRow[] = [
  {
    name: "maintenance",
    summary: "tell whether the app is in maintenance mode",
    options: [JSON_OUT],
    app: true,
    example: "dynosim maintenance",
    load: async () => (await import("../commands/maintenance.ts")).maintenance,
  },
  {
    name: "maintenance:on",
    summary: "answer each request with the maintenance page (H80); the dynos run on",
    app: true,
    example: "dynosim maintenance:on",
    load: async () => (await import("../commands/maintenance.ts")).maintenanceOn,
  },
  {
    name: "maintenance:off",
    summary: "let requests reach the dynos again",
    app: true,
    example: "dynosim maintenance:off",
    load: async () => (await import("../commands/maintenance.ts")).maintenanceOff,
  },
  {
    name: "domains",
    summary: "list the host names that the app answers to",
    options: [["-j, --json", "print JSON"]],
    app: true,
    example: "dynosim domains",
    load: async () => (await import("../commands/domains.ts")).domains,
  },
  {
    name: "domains:add",
    arguments: "[hostname]",
    summary: "let the app answer to a host name, or with *. to all below one",
    options: [["-j, --json", "print JSON"]],
    app: true,
    example: "dynosim domains:add www.example.com",
    load: async () => (await import("../commands/domains.ts")).domainsAdd,
  },
  {
    name: "domains:info",
    arguments: "[hostname]",
    summary: "tell what is known of a domain",
    options: [["-j, --json", "print JSON"]],
    app: true,
    example: "dynosim domains:info www.example.com",
    load: async () => (await import("../commands/domains.ts")).domainsInfo,
  },
  {
    name: "domains:remove",
    arguments: "[hostname]",
    summary: "remove a domain from the app",
    app: true,
    example: "dynosim domains:remove www.example.com",
    load: async () => (await import("../commands/domains.ts")).domainsRemove,
  },
  {
    name: "domains:clear",
    summary: "remove all domains that were added",
    app: true,
    example: "dynosim domains:clear",
    load: async () => (await import("../commands/domains.ts")).domainsClear,
  },
];
