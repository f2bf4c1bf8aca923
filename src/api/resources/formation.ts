import type { FormationEntry, FormationUpdate, Platform } from "../../platform/platform.ts";
import { fields, reference, text } from "../decode.ts";
import { json, type Answer, type Resource } from "../exchange.ts";
import { apiTime, uuidOf } from "../identity.ts";
import { page } from "../range.ts";
import { invalid, notFound, refused } from "../respond.ts";
import { appReference } from "./app.ts";

export interface FormationBody {
  readonly app: { readonly id: string; readonly name: string };
  readonly command: string;
  readonly created_at: string;
  readonly dyno_size: { readonly id: string; readonly name: string };
  readonly id: string;
  readonly quantity: number;
  readonly size: string;
  readonly type: string;
  readonly updated_at: string;
}

export const listFormation: Resource = ({ platform, headers }) =>
  page(bodies(platform, platform.formation()), headers.range, {
    id: (entry) => entry.id,
    type: (entry) => entry.type,
  });

export const showFormation: Resource = ({ platform, params }) => {
  const entry = platform.formation().find(({ type }) => type === params["type"]);
  return entry === undefined ? notFound("formation") : json(200, bodies(platform, [entry])[0]);
};

/** `{"updates": [{"type": "web", "quantity": "+1", "size": "standard-1x"}]}` */
export const updateFormations: Resource = async ({ platform, body }) => {
  const { updates } = fields(body);
  if (!Array.isArray(updates)) return invalid("updates must be a list.");
  const read = updates.map((update) => readUpdate(fields(update)));
  const good = read.filter((update) => update !== undefined);
  if (good.length < read.length) return invalid("Each update needs a type, and a quantity or a size.");
  const scaled = await platform.scale(good);
  if (!scaled.ok) return refused(scaled.failure);
  const types = new Set(good.map(({ type }) => type));
  return changed(platform, (entry) => types.has(entry.type));
};

export const updateFormation: Resource = async ({ platform, params, body }) => {
  const update = readUpdate({ ...fields(body), type: params["type"] });
  if (update === undefined) return invalid("A quantity or a size is needed.");
  const scaled = await platform.scale([update]);
  if (!scaled.ok) return refused(scaled.failure);
  const entry = scaled.value.find(({ type }) => type === params["type"]);
  return entry === undefined ? notFound("formation") : json(200, bodies(platform, [entry])[0]);
};

function changed(platform: Platform, wanted: (entry: FormationEntry) => boolean): Answer {
  return json(200, bodies(platform, platform.formation().filter(wanted)));
}

/** A quantity comes as a number or as text, a size under either of its names. heroku-cli.md 5 */
function readUpdate(update: Readonly<Record<string, unknown>>): FormationUpdate | undefined {
  const type = reference(update["type"]);
  const quantity = text(update["quantity"]);
  const size = reference(update["size"]) ?? reference(update["dyno_size"]);
  if (type === undefined || (quantity === undefined && size === undefined)) return undefined;
  return { type, quantity, size };
}

function bodies(platform: Platform, entries: readonly FormationEntry[]): readonly FormationBody[] {
  const app = appReference(platform);
  const at = apiTime(platform.releases().at(-1)?.createdAt ?? platform.app().createdAt);
  return entries.map((entry) => ({
    app,
    command: entry.command,
    created_at: at,
    dyno_size: { id: uuidOf("dyno-size", entry.size.name), name: entry.size.label },
    id: uuidOf("formation", app.id, entry.type),
    quantity: entry.quantity,
    size: entry.size.label,
    type: entry.type,
    updated_at: at,
  }));
}
