import { invariant } from "../../kernel/invariant.ts";
import type { Timed } from "../../kernel/deadlines.ts";
import type { ClientConnection, ClientUser } from "../client-connection.ts";
import type { DynoConnection, DynoUser } from "../dyno-connection.ts";
import type { Exchange } from "../exchange.ts";
import { switchingHead } from "../headers.ts";
import { failed, type Outcome } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";
import type { Passing } from "../stamps.ts";
import type { Switching } from "./relay.ts";

type Ended = (exchange: Exchange, end: Outcome, tools: RouterTools) => void;

/**
 * Bytes both ways, unread, until either side ends or neither has spoken for 55 s (H15). router.md 10.5 to 10.8, L5
 */
export function upgrade(exchange: Exchange, switching: Switching, tools: RouterTools, ended: Ended): void {
  new Tunnel(exchange, tools, ended).begin(switching);
}

class Tunnel implements ClientUser, DynoUser, Timed, Passing {
  readonly phase = "upgraded";
  /** Bytes of the client, and of the dyno. */
  received: number = 0;
  sent: number = 0;
  readonly #exchange: Exchange;
  readonly #tools: RouterTools;
  readonly #ended: Ended;
  readonly #client: ClientConnection;
  readonly #dyno: DynoConnection;
  #isOver = false;

  constructor(exchange: Exchange, tools: RouterTools, ended: Ended) {
    const { dyno } = exchange;
    invariant(dyno !== undefined, "a dyno has agreed to the upgrade");
    this.#exchange = exchange;
    this.#tools = tools;
    this.#ended = ended;
    this.#client = exchange.client;
    this.#dyno = dyno;
  }

  begin({ response, rest }: Switching): void {
    const { stamps } = this.#exchange;
    const head = Buffer.from(switchingHead(this.#exchange, response, this.#tools), "latin1");
    stamps.sentStatus = 101;
    stamps.passing = this;
    this.sent = rest.length;
    this.#client.use(this);
    this.#client.deadline.start(this.#tools.limits.idle, this);
    this.#client.socket.write(Buffer.concat([head, rest]));
    this.#dyno.use(this);
    if (this.#client.isGone) this.clientGone();
    else this.#client.listen();
  }

  fromClient(bytes: Buffer): number {
    this.#client.deadline.touch();
    this.received += bytes.length;
    if (!this.#dyno.socket.write(bytes)) this.#client.hold();
    return bytes.length;
  }

  fromDyno(bytes: Buffer): void {
    this.#client.deadline.touch();
    this.sent += bytes.length;
    const { lent } = this.#dyno.socket;
    const { socket } = this.#client;
    const takesMore = lent.write(socket, bytes);
    if (socket.writableLength === 0) lent.unkeep();
    if (!takesMore && !this.#dyno.life.gone) this.#dyno.socket.pause();
  }

  clientDrained(): void {
    this.#dyno.socket.resume();
  }

  dynoDrained(): void {
    this.#client.release();
  }

  dynoGone(): void {
    this.#dyno.socket.resume();
  }

  clientGone(): void {
    this.#over();
  }

  dynoEnded(): void {
    this.#over();
  }

  timedOut(): void {
    this.#end(failed("H15", undefined, this.sent));
  }

  bug(error: unknown): void {
    this.#tools.onBug(error);
    this.#end(failed("H99", undefined, this.sent));
  }

  #over(): void {
    this.#end({ kind: "relayed", status: 101, bytes: this.sent, stays: false });
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.deadline.stop();
    this.#client.deafen();
    this.#dyno.dropSoon();
    this.#ended(this.#exchange, outcome, this.#tools);
  }
}
