import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { ERAS, type EraName } from "../../src/heroku/eras.ts";
import type { RequestEvent } from "../../src/heroku/events.ts";
import type { RouterFeature } from "../../src/heroku/features.ts";
import { dynoName, WEB } from "../../src/heroku/names.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { instant, port } from "../../src/kernel/units.ts";
import type { Backends, Checkout, Lease, LeaseEnd } from "../../src/router/backends.ts";
import { DynoLife } from "../../src/router/dyno-life.ts";
import type { Certificates } from "../../src/router/certificates.ts";
import type { RouterLimits } from "../../src/router/limits.ts";
import type { PageUrls } from "../../src/router/error-page.ts";
import type { RouterParts } from "../../src/router/router-tools.ts";
import { Router } from "../../src/router/router.ts";
import type { RouterTrouble } from "../../src/router/trouble.ts";
import { Peer } from "./peer.ts";

export interface RigOptions {
  readonly era?: EraName;
  readonly limits?: Partial<RouterLimits>;
  /** Of the router's timers; default real time. */
  readonly clock?: Clock;
  readonly forwardedProto?: "http" | "https";
  readonly webDynos?: number;
  readonly inMaintenance?: boolean;
  readonly pageUrls?: PageUrls;
  readonly features?: readonly RouterFeature[];
  readonly certificates?: Certificates;
  readonly customDomains?: readonly string[];
  /** What the router is built from, with something in it that the test has changed. */
  readonly change?: (parts: RouterParts) => RouterParts;
  /** Instead of the one dyno of the rig. */
  readonly checkout?: (
    tried: ReadonlySet<DynoLife>,
    gone: AbortSignal,
    lease: Lease,
    affinity: string | undefined,
  ) => Checkout | Promise<Checkout>;
}

/** A router between a client and a dyno that are both the test. */
export class Rig implements AsyncDisposable {
  readonly router: Router;
  readonly events: RequestEvent[] = [];
  readonly checkins: { readonly dyno: string; readonly end: LeaseEnd }[] = [];
  readonly bugs: unknown[] = [];
  readonly troubles: RouterTrouble[] = [];
  /** Of the one dyno. */
  readonly life: DynoLife = new DynoLife();
  readonly #dynoServer: Server;
  readonly #dynos: Peer[] = [];
  readonly #clients: Peer[] = [];
  #accepted = 0;
  #taken = 0;
  #told = 0;
  #waiting: (() => void)[] = [];
  #port = 0;

  private constructor(dynoServer: Server, options: RigOptions) {
    const { customDomains = [] } = options;
    this.#dynoServer = dynoServer;
    dynoServer.on("connection", (socket) => {
      this.#accepted += 1;
      this.#dynos.push(new Peer(socket));
      this.#wake();
    });
    const lease: Lease = {
      dyno: dynoName(WEB, 1),
      life: this.life,
      host: "127.0.0.1",
      port: port(portOf(dynoServer)),
    };
    const backends: Backends = {
      checkout: ({ tried, gone, affinity }) =>
        options.checkout === undefined
          ? { kind: "leased", lease }
          : options.checkout(tried, gone, lease, affinity),
      checkin: (given, end) => this.checkins.push({ dyno: given.dyno, end }),
      webDynos: () => options.webDynos ?? 1,
    };
    const { change = (parts: RouterParts) => parts } = options;
    const parts: RouterParts = {
      backends,
      clock: options.clock ?? new SystemClock(),
      era: ERAS[options.era ?? "now"],
      emit: (event) => {
        if (event.kind !== "request") throw new Error("the router tells of requests only");
        this.events.push(event);
        this.#wake();
      },
      random: seededRandom(1),
      hosts: (name) => name === "app.localhost" || customDomains.includes(name),
      isCustomDomain: (name) => customDomains.includes(name),
      certificates: options.certificates,
      now: () => instant(1_000),
      limits: options.limits ?? {},
      inMaintenance: () => options.inMaintenance ?? false,
      ...(options.pageUrls === undefined ? {} : { pageUrls: () => options.pageUrls! }),
      hasFeature: (feature) => options.features?.includes(feature) === true,
      forwardedProto: options.forwardedProto ?? "http",
      onBug: (error) => this.bugs.push(error),
      onTrouble: (trouble) => this.troubles.push(trouble),
    };
    this.router = new Router(change(parts));
  }

  static async open(options: RigOptions = {}): Promise<Rig> {
    // Else two short writes are told apart by the kernel: the second waits for 40 ms.
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const rig = new Rig(server, options);
    const listening = await rig.router.listen("127.0.0.1", 0);
    if (!listening.ok) throw new Error(listening.failure.code);
    rig.#port = listening.value;
    return rig;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections the dyno has been given so far. */
  get dynoConnections(): number {
    return this.#accepted;
  }

  async client(text: string = ""): Promise<Peer> {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true, allowHalfOpen: true });
    const peer = new Peer(socket);
    this.#clients.push(peer);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    if (text !== "") peer.write(text);
    return peer;
  }

  /** The dyno's end of the next connection. */
  async dyno(): Promise<Peer> {
    while (this.#dynos.length <= this.#taken) await this.#change();
    return this.#dynos[this.#taken++]!;
  }

  /** Where the next request arrives: on the connection that served the last one, or on a new one. router.md 17.15 */
  async next(last: Peer): Promise<Peer> {
    while (!last.hasMore && this.#dynos.length <= this.#taken)
      await Promise.race([this.#change(), last.change()]);
    return last.hasMore ? last : this.dyno();
  }

  /** The next access event. */
  async event(): Promise<RequestEvent> {
    while (this.events.length <= this.#told) await this.#change();
    return this.events[this.#told++]!;
  }

  /** Sends a request, lets the dyno answer with `answer`, and gives what both sides got. */
  async exchange(request: string, answer: string): Promise<{ client: Peer; dyno: Peer; toDyno: string }> {
    const client = await this.client(request);
    const dyno = await this.dyno();
    const toDyno = await dyno.head();
    dyno.write(answer);
    return { client, dyno, toDyno };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of [...this.#clients, ...this.#dynos]) peer.socket.destroy();
    await this.router.close();
    await new Promise((resolve) => this.#dynoServer.close(resolve));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening on a port");
  return address.port;
}

/** A connection to the dyno for each request, so that its end shows the end of the request. */
export const UNPOOLED: RigOptions = { features: ["http-disable-keepalive-to-dyno"] };

export const HOST = "Host: app.localhost\r\n";

/** A GET with these further field lines. */
export function get(path: string = "/", ...lines: string[]): string {
  return `GET ${path} HTTP/1.1\r\n${HOST}${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

export function post(body: string, ...lines: string[]): string {
  return `POST / HTTP/1.1\r\n${HOST}${lines.map((line) => `${line}\r\n`).join("")}\r\n${body}`;
}

export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n~~";

/** A head's field lines without the start line; the given names' values become `*`. */
export function masked(head: string, ...names: string[]): string[] {
  return head
    .split("\r\n")
    .filter((line) => line !== "")
    .map((line) => {
      const name = line.split(":")[0] ?? "";
      return names.includes(name) ? `${name}: *` : line;
    });
}
