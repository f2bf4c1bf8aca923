import type { CommandRow, OptionRow } from "./command-row.ts";
import { JSON_OUT } from "./options.ts";

const SYSTEM: OptionRow = ["--system", "do it for this whole system, which needs root's rights"];

/** The authority behind HTTPS here. Heroku's commands of these names are about certificates that were uploaded. */
export const CERTIFICATES: readonly CommandRow[] = [
  {
    name: "certs",
    summary: "tell of dynosim's own certificate authority, which HTTPS is served with here",
    options: [JSON_OUT],
    app: false,
    example: "dynosim certs",
    load: async () => (await import("../commands/certs.ts")).certs,
  },
  {
    name: "certs:trust",
    summary: "show how curl, Node, Python, browsers and the system come to trust it; nothing is changed",
    options: [SYSTEM],
    app: false,
    example: "dynosim certs:trust",
    load: async () => (await import("../commands/certs.ts")).certsTrust,
  },
  {
    name: "certs:remove",
    summary: "remove the authority and its key; a new one is made when it is wanted",
    options: [SYSTEM],
    app: false,
    example: "dynosim certs:remove",
    load: async () => (await import("../commands/certs.ts")).certsRemove,
  },
];
