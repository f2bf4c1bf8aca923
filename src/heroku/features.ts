/** App features: `heroku features` shows those of state general, `heroku labs` all others. heroku-cli.md 2 */
export type FeatureName =
  | "preboot"
  | "http-session-affinity"
  | "log-runtime-metrics"
  | "runtime-dyno-metadata"
  | "runtime-dyno-build-metadata"
  | "http-end-to-end-continue"
  | "http-disable-keepalive-to-dyno"
  | "http-disable-http2";

export interface Feature {
  readonly name: FeatureName;
  readonly state: "general" | "beta";
  readonly description: string;
  readonly docs: string;
  /** When a change of it shows. */
  readonly effect: "at-once" | "next-connection" | "next-release" | "next-restart" | "next-deploy";
}

const ARTICLES = "https://devcenter.heroku.com/articles";

/** heroku.md 2.7, 3.3, 3.6, 4, 5.2 */
export const FEATURES: Readonly<Record<FeatureName, Feature>> = {
  preboot: {
    name: "preboot",
    state: "general",
    description: "Starts new web dynos before the old ones stop",
    docs: `${ARTICLES}/preboot`,
    effect: "next-release",
  },
  "http-session-affinity": {
    name: "http-session-affinity",
    state: "general",
    description: "Sends a client's requests to the web dyno that served it first",
    docs: `${ARTICLES}/session-affinity`,
    effect: "at-once",
  },
  "log-runtime-metrics": {
    name: "log-runtime-metrics",
    state: "beta",
    description: "Logs load and memory of each dyno about every 20 seconds",
    docs: `${ARTICLES}/log-runtime-metrics`,
    effect: "next-restart",
  },
  "runtime-dyno-metadata": {
    name: "runtime-dyno-metadata",
    state: "beta",
    description: "Tells dynos their app, release and slug in HEROKU_ variables",
    docs: `${ARTICLES}/dyno-metadata`,
    effect: "next-deploy",
  },
  "runtime-dyno-build-metadata": {
    name: "runtime-dyno-build-metadata",
    state: "beta",
    description: "Tells dynos what was built in HEROKU_BUILD_ variables",
    docs: `${ARTICLES}/dyno-metadata`,
    effect: "next-deploy",
  },
  "http-end-to-end-continue": {
    name: "http-end-to-end-continue",
    state: "beta",
    description: "Leaves the answer to Expect: 100-continue to the app",
    docs: `${ARTICLES}/http-routing`,
    effect: "at-once",
  },
  "http-disable-keepalive-to-dyno": {
    name: "http-disable-keepalive-to-dyno",
    state: "beta",
    description: "Opens a new connection to the dyno for each request",
    docs: `${ARTICLES}/http-routing`,
    effect: "at-once",
  },
  "http-disable-http2": {
    name: "http-disable-http2",
    state: "beta",
    description: "Leaves clients of custom domains with HTTP/1.1",
    docs: `${ARTICLES}/http-routing`,
    effect: "next-connection",
  },
};

export function featureNamed(name: string): Feature | undefined {
  return Object.hasOwn(FEATURES, name) ? FEATURES[name as FeatureName] : undefined;
}

/** Those that change what the router does, at the next request: routers hear of them as of maintenance, by no release. */
export type RouterFeature = Extract<
  FeatureName,
  | "http-session-affinity"
  | "http-end-to-end-continue"
  | "http-disable-keepalive-to-dyno"
  | "http-disable-http2"
>;

/** Those that tell a dyno what it is; a release keeps which were on at its deploy. heroku.md 5.2 */
export type MetadataFeature = Extract<FeatureName, "runtime-dyno-metadata" | "runtime-dyno-build-metadata">;

export const METADATA_FEATURES: readonly MetadataFeature[] = [
  "runtime-dyno-metadata",
  "runtime-dyno-build-metadata",
];
