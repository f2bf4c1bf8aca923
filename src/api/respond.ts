import { explain } from "../platform/explain.ts";
import type { Explanation, PlatformFailure } from "../platform/failure.ts";
import { json, type Answer } from "./exchange.ts";

/** The body of an error: Heroku's two fields, and ours for a client that can show more. */
export interface ErrorBody {
  readonly id: string;
  readonly message: string;
  readonly dynosim?: Explanation & { readonly kind: string };
}

interface Place {
  readonly status: number;
  readonly id: string;
}

const NOT_FOUND: Place = { status: 404, id: "not_found" };
const INVALID: Place = { status: 422, id: "invalid_params" };
/** heroku.md 1.2; the id of an answer that somebody posted in 2017. */
const ABOVE_LIMIT: Place = { status: 422, id: "cannot_run_above_limit" };
const CONFLICT: Place = { status: 409, id: "conflict" };
const UNAVAILABLE: Place = { status: 503, id: "unavailable" };

/** All that is not named here is refused as unprocessable: the request was understood and cannot be carried out. */
const PLACES: Readonly<Partial<Record<PlatformFailure["kind"], Place>>> = {
  "unknown-process-type": NOT_FOUND,
  "unknown-dyno": NOT_FOUND,
  "unknown-release": NOT_FOUND,
  "unknown-feature": NOT_FOUND,
  "unknown-domain": NOT_FOUND,
  "scaling-limit": ABOVE_LIMIT,
  "not-up": CONFLICT,
  "dyno-not-up": CONFLICT,
  "one-off-limit": ABOVE_LIMIT,
  busy: CONFLICT,
  "already-up": CONFLICT,
  "engine-unreachable": UNAVAILABLE,
  "engine-unfit": UNAVAILABLE,
  "engine-error": UNAVAILABLE,
  "disk-full": UNAVAILABLE,
  "no-containers": UNAVAILABLE,
  "machine-unfit": UNAVAILABLE,
  "machine-refused": UNAVAILABLE,
};

export function refused(failure: PlatformFailure): Answer {
  const place = PLACES[failure.kind] ?? INVALID;
  return json(place.status, errorBody(failure));
}

export function errorBody(failure: PlatformFailure): ErrorBody {
  const words = explain(failure);
  return {
    id: (PLACES[failure.kind] ?? INVALID).id,
    message: words.title,
    dynosim: { kind: failure.kind, ...words },
  };
}

export function error(status: number, id: string, message: string): Answer {
  return json(status, { id, message } satisfies ErrorBody);
}

export function notFound(what: string): Answer {
  return error(404, "not_found", `Couldn't find that ${what}.`);
}

export function invalid(message: string): Answer {
  return error(422, "invalid_params", message);
}
