import type { Resource } from "./exchange.ts";
import { showAccount, showQuota } from "./resources/account.ts";
import { listApps, showApp, updateApp } from "./resources/app.ts";
import { listBuildpacks, updateBuildpacks } from "./resources/buildpack.ts";
import { createBuild } from "./resources/build.ts";
import { cleanUp } from "./resources/clean.ts";
import { advanceClock, advanceClockToNext, pauseClock, resumeClock, showClock } from "./resources/clock.ts";
import { createDomain, listDomains, listSniEndpoints, removeDomain, showDomain } from "./resources/domain.ts";
import { showConfigVars, updateConfigVars } from "./resources/config-vars.ts";
import {
  execInDyno,
  listDynos,
  restartDyno,
  restartDynos,
  restartType,
  runDyno,
  showDyno,
  stopDyno,
  stopType,
} from "./resources/dyno.ts";
import { listAccountFeatures, listFeatures, showFeature, updateFeature } from "./resources/feature.ts";
import { listFormation, showFormation, updateFormation, updateFormations } from "./resources/formation.ts";
import { setHours, showHours } from "./resources/hours.ts";
import { showHealth, showInfo, takeDown } from "./resources/life.ts";
import { openLogSession, streamLogs } from "./resources/log-session.ts";
import { rehearse } from "./resources/rehearsal.ts";
import {
  createRelease,
  listReleases,
  showRelease,
  showReleaseConfigVars,
  streamReleaseOutput,
} from "./resources/release.ts";
import { followRequests, listRequests } from "./resources/request.ts";
import { idleApp, wakeApp } from "./resources/sleep.ts";
import { buildStackImage, listStackImages, removeStackImage } from "./resources/stack-image.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Route {
  readonly method: Method;
  /** `:app` is a name or an id; anything but this app is a 404. */
  readonly path: string;
  readonly resource: Resource;
  /** Who may ask: holders of the token; whoever knows a secret URL; everybody. */
  readonly access: "token" | "secret" | "open";
}

/** Heroku's v3 paths where it has one, ours under `/dynosim`. design.md 4, heroku-cli.md 2 */
export const ROUTES: readonly Route[] = [
  route("GET", "/account", showAccount),
  route("GET", "/accounts/:account/actions/get-quota", showQuota),
  route("GET", "/apps", listApps),
  route("GET", "/users/~/apps", listApps),
  route("GET", "/apps/:app", showApp),
  route("PATCH", "/apps/:app", updateApp),

  route("GET", "/apps/:app/dynos", listDynos),
  route("POST", "/apps/:app/dynos", runDyno),
  route("DELETE", "/apps/:app/dynos", restartDynos),
  route("GET", "/apps/:app/dynos/:dyno", showDyno),
  route("POST", "/apps/:app/dynos/:dyno", execInDyno),
  route("DELETE", "/apps/:app/dynos/:dyno", restartDyno),
  route("POST", "/apps/:app/dynos/:dyno/actions/stop", stopDyno),

  route("GET", "/apps/:app/formation", listFormation),
  route("PATCH", "/apps/:app/formation", updateFormations),
  route("GET", "/apps/:app/formation/:type", showFormation),
  route("PATCH", "/apps/:app/formation/:type", updateFormation),
  route("DELETE", "/apps/:app/formations/:type", restartType),
  route("POST", "/apps/:app/formations/:type/actions/stop", stopType),

  route("GET", "/apps/:app/config-vars", showConfigVars),
  route("PATCH", "/apps/:app/config-vars", updateConfigVars),

  route("GET", "/apps/:app/buildpack-installations", listBuildpacks),
  route("PUT", "/apps/:app/buildpack-installations", updateBuildpacks),

  route("GET", "/apps/:app/domains", listDomains),
  route("POST", "/apps/:app/domains", createDomain),
  route("GET", "/apps/:app/domains/:domain", showDomain),
  route("DELETE", "/apps/:app/domains/:domain", removeDomain),
  route("GET", "/apps/:app/sni-endpoints", listSniEndpoints),

  route("GET", "/account/features", listAccountFeatures),
  route("GET", "/apps/:app/features", listFeatures),
  route("GET", "/apps/:app/features/:feature", showFeature),
  route("PATCH", "/apps/:app/features/:feature", updateFeature),

  route("GET", "/apps/:app/releases", listReleases),
  route("POST", "/apps/:app/releases", createRelease),
  route("GET", "/apps/:app/releases/:release", showRelease),
  route("GET", "/apps/:app/releases/:release/config-vars", showReleaseConfigVars),

  route("POST", "/apps/:app/log-sessions", openLogSession),
  route("GET", "/dynosim/logs/:secret", streamLogs, "secret"),
  route("GET", "/dynosim/release-output/:secret", streamReleaseOutput, "secret"),

  route("GET", "/dynosim/health", showHealth, "open"),
  route("GET", "/dynosim/apps/:app/info", showInfo),
  route("POST", "/dynosim/apps/:app/builds", createBuild),
  route("GET", "/dynosim/apps/:app/requests", listRequests),
  route("GET", "/dynosim/apps/:app/requests/events", followRequests),
  route("POST", "/dynosim/apps/:app/idle", idleApp),
  route("POST", "/dynosim/apps/:app/wake", wakeApp),
  route("GET", "/dynosim/apps/:app/hours", showHours),
  route("PATCH", "/dynosim/apps/:app/hours", setHours),
  route("POST", "/dynosim/apps/:app/rehearsals", rehearse),
  route("GET", "/dynosim/apps/:app/clock", showClock),
  route("POST", "/dynosim/apps/:app/clock/advance", advanceClock),
  route("POST", "/dynosim/apps/:app/clock/advance-to-next", advanceClockToNext),
  route("POST", "/dynosim/apps/:app/clock/pause", pauseClock),
  route("POST", "/dynosim/apps/:app/clock/resume", resumeClock),
  route("POST", "/dynosim/apps/:app/down", takeDown),
  route("GET", "/dynosim/images", listStackImages),
  route("POST", "/dynosim/images/:minor", buildStackImage),
  route("DELETE", "/dynosim/images/:minor", removeStackImage),
  route("POST", "/dynosim/clean", cleanUp),
];

function route(method: Method, path: string, resource: Resource, access: Route["access"] = "token"): Route {
  return { method, path, resource, access };
}
