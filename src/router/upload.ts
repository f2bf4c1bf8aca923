import { bodyOf, type Body } from "../http/body.ts";
import type { Instant } from "../kernel/units.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { DynoSocket } from "./dyno-socket.ts";
import type { Exchange } from "./exchange.ts";
import { Parcel } from "./parcel.ts";
import type { RouterTools } from "./router-tools.ts";

/** A request on its way to the dyno: its head, then its body as it comes, no faster than the dyno takes it. */
export class Upload {
  readonly #client: ClientConnection;
  readonly #socket: DynoSocket;
  readonly #tools: RouterTools;
  readonly #body: Body;
  readonly #parcel = new Parcel();
  readonly #onPassed: () => void;
  /** The last byte has left for the dyno. */
  isPassed: boolean = false;
  /** When, where there was a body to wait for. */
  passedAt: Instant | undefined = undefined;
  /** The dyno takes the body too slowly: the client is not read. */
  isHeld: boolean = false;

  /** `onPassed` is called once, when the last byte has left. */
  constructor(exchange: Exchange, socket: DynoSocket, tools: RouterTools, onPassed: () => void) {
    this.#client = exchange.client;
    this.#socket = socket;
    this.#tools = tools;
    this.#onPassed = onPassed;
    this.#body = bodyOf(exchange.framing, true, tools.requestChunks);
  }

  /** `open`: more has to come from the client. */
  get state(): Body["state"] {
    return this.#body.state;
  }

  /** Body bytes so far. */
  get received(): number {
    return this.#body.content;
  }

  begin(head: string): void {
    this.#parcel.add(head);
    this.#send();
  }

  /** Gives how many bytes it used; fewer than all when the request is whole, or broken. */
  push(bytes: Buffer): number {
    const used = this.#body.push(bytes, this.#parcel.parts);
    if (this.state !== "open") this.#client.deafen();
    if (this.state === "broken") return bytes.length;
    this.#send();
    return used;
  }

  drained(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.#client.release();
  }

  #send(): void {
    const isTaken = this.#parcel.send(this.#socket);
    if (this.state === "complete") {
      if (isTaken) this.#passed();
      else this.#parcel.whenOut(this.#socket, () => this.#passed());
    } else if (this.#socket.writableNeedDrain) {
      this.isHeld = true;
      this.#client.hold();
    }
  }

  #passed(): void {
    this.isPassed = true;
    if (this.received > 0) this.passedAt = this.#tools.clock.now();
    this.#onPassed();
  }
}
