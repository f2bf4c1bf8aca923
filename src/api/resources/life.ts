import type { AppFacts, EngineReport } from "../../platform/platform.ts";
import { json, type Resource } from "../exchange.ts";
import { apiTime } from "../identity.ts";
import { errorBody, type ErrorBody } from "../respond.ts";
import { clockBody, type ClockBody } from "./clock.ts";

export interface InfoBody {
  readonly app: Omit<AppFacts, "createdAt"> & { readonly createdAt: string; readonly memory: number };
  readonly ready: boolean;
  readonly clock: ClockBody;
  readonly engine: EngineReport | null;
  /** Why the engine told nothing. */
  readonly engineError: ErrorBody | null;
}

/** 200 only when the formation is up. design.md 5 */
export const showHealth: Resource = ({ isReady }) => {
  const ready = isReady();
  return json(ready ? 200 : 503, { ready });
};

export const showInfo: Resource = async ({ platform, url, isReady }) => {
  const app = platform.app();
  const engine = await platform.engineFacts();
  return json(200, {
    app: { ...app, controlUrl: url, createdAt: apiTime(app.createdAt), memory: await platform.memory() },
    ready: isReady(),
    clock: clockBody(platform.clock()),
    engine: engine.ok ? engine.value : null,
    engineError: engine.ok ? null : errorBody(engine.failure),
  } satisfies InfoBody);
};

export const takeDown: Resource = ({ platform }) => {
  platform.requestDown();
  return json(202, {});
};
