export type EraName = "now" | "legacy";

/** The set of facts in force. A behaviour that differs between eras is a field here, never an `if` elsewhere. */
export interface Era {
  readonly name: EraName;
  /** Value of Via in both directions. heroku.md 3.3 */
  readonly via: string;
  /** Server header when the app sends none. heroku.md 3.4 */
  readonly server: string;
  /** NEL, Report-To and Reporting-Endpoints go to the client. heroku.md 3.4 */
  readonly networkErrorLogging: boolean;
  /** Connect-Time and Total-Route-Time go to the dyno. heroku.md 3.3 */
  readonly routeTimes: boolean;
  /** Access line ends with `protocol=http1.1 tls=...` (now) or `protocol=http` (legacy). heroku.md 3.8 */
  readonly tlsFields: boolean;
  /** The wait for a dyno that boots shows in `connect=`. heroku.md 2.2 */
  readonly bootWaitIsConnectTime: boolean;
  /** HTTP/2 is spoken on custom domains with TLS. heroku.md 3.6 */
  readonly http2: boolean;
  /** The access line shows the path percent-decoded. heroku.md 3.8 */
  readonly decodedPath: boolean;
  /**
   * `bytes=` counts a page of the router's own. Otherwise only with H25, and else it is 0, or empty when no dyno was reached.
   * heroku.md 3.8, router.md 15.3, 15.9
   */
  readonly countsOwnPages: boolean;
  /** H26 is logged for refused requests. router.md 17.16 */
  readonly logsH26: boolean;
  /** Request line too long: 400 now, 414 in vegur. router.md 17.1 */
  readonly longRequestLineStatus: number;
  /** A client that may stay is told `keep-alive`. heroku.md 3.4 */
  readonly saysConnection: boolean;
  /** Connections to dynos are kept and used again, 90 s idle at most; else there is one for each request. router.md 6.4, L29 */
  readonly poolsDynoConnections: boolean;
  /** A request id of ours is a UUID of version 4; otherwise plain random hex in the same form. heroku.md 3.3 */
  readonly requestIdIsUuid4: boolean;
  /** Answers on one client connection, then it is closed. router.md L8 */
  readonly answersPerConnection: number;
  /** H18 shows the app's own status (now) or 503. router.md 17.17 */
  readonly h18ShowsAppStatus: boolean;
  /** All dynos stayed in quarantine for 75 s: a code of its own in the list of 2026, H99 in the pages of 2025. router.md 17.19 */
  readonly quarantinedCode: "H34" | "H99";
  /** H82's words. heroku.md 3.9; the older ones stand in logs of March 2018, December 2019 and March 2022. */
  readonly h82Description: string;
  /** The dyno type of a new app. */
  readonly defaultDynoType: "eco" | "free";
  /**
   * Field report of 2020: a free dyno whose web process answers the idle SIGTERM with status 0 is not woken again.
   * Holds for every dyno type that sleeps: eco is what free became, and there was no eco in that era. design.md 4
   */
  readonly stuckAfterCleanIdleExit: boolean;
  /** R11, and SIGKILL, for a web process that binds another port than $PORT: of 2012 and 2013 only. heroku.md 2.2 */
  readonly tellsBadBind: boolean;
}

export const ERAS: Readonly<Record<EraName, Era>> = {
  now: {
    name: "now",
    via: "1.1 heroku-router",
    server: "Heroku",
    networkErrorLogging: true,
    routeTimes: false,
    tlsFields: true,
    bootWaitIsConnectTime: true,
    http2: true,
    decodedPath: true,
    countsOwnPages: true,
    logsH26: false,
    longRequestLineStatus: 400,
    saysConnection: false,
    poolsDynoConnections: true,
    requestIdIsUuid4: false,
    answersPerConnection: Infinity,
    h18ShowsAppStatus: true,
    quarantinedCode: "H34",
    h82Description: "You've used up your dyno hour pool",
    defaultDynoType: "eco",
    stuckAfterCleanIdleExit: false,
    tellsBadBind: false,
  },
  legacy: {
    name: "legacy",
    via: "1.1 vegur",
    server: "Cowboy",
    networkErrorLogging: false,
    routeTimes: true,
    tlsFields: false,
    bootWaitIsConnectTime: false,
    http2: false,
    decodedPath: false,
    countsOwnPages: false,
    logsH26: true,
    longRequestLineStatus: 414,
    saysConnection: true,
    poolsDynoConnections: false,
    requestIdIsUuid4: true,
    answersPerConnection: 100,
    h18ShowsAppStatus: false,
    quarantinedCode: "H99",
    h82Description: "Free app running time quota exhausted",
    defaultDynoType: "free",
    stuckAfterCleanIdleExit: true,
    tellsBadBind: false,
  },
};
