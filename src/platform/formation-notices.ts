import { WEB } from "../heroku/names.ts";
import { DYNO_TYPES } from "../heroku/dyno-types.ts";
import type { Slug } from "../release/slug.ts";
import { wantedOf } from "./dyno-types.ts";
import type { State } from "./state.ts";

/** What a person should know of the formation that comes into force, and Heroku would say otherwise or not at all. */
export function formationNotices(state: State, slug: Slug): readonly string[] {
  const types = Object.keys(slug.processTypes);
  return [
    ...strangers(state, slug).map(
      (type) => `--dyno-type names ${type}, which the Procfile has not: it has ${types.join(", ")}.`,
    ),
    ...besideBasic(state, types),
  ];
}

/** Entries of process types that no release ever had: a slip of the pen in `--dyno-type`. */
export function withoutStrangers(state: State, slug: Slug): State["formation"] {
  const gone = strangers(state, slug);
  return Object.fromEntries(Object.entries(state.formation).filter(([type]) => !gone.includes(type)));
}

function strangers({ formation, releases }: State, slug: Slug): readonly string[] {
  const known = new Set<string>([
    WEB,
    ...[slug, ...releases.map((release) => release.slug)].flatMap((one) =>
      Object.keys(one?.processTypes ?? {}),
    ),
  ]);
  return Object.keys(formation).filter((type) => !known.has(type));
}

/** heroku.md 1.2 knows of eco only; the API's answer of December 2022 is in the doc comment of `DynoType.alone`. */
function besideBasic(state: State, types: readonly string[]): readonly string[] {
  const sizes = new Set(wantedOf(state, types).flatMap(({ quantity, size }) => (quantity > 0 ? [size] : [])));
  const other = [...sizes].find((size) => size !== DYNO_TYPES.basic);
  if (!sizes.has(DYNO_TYPES.basic) || other === undefined) return [];
  return [
    `Basic beside ${other.label} runs here; Heroku's API refused the two in one app in December 2022, and may still do so.`,
  ];
}
