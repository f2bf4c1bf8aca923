import { bodyOf, type Body } from "../../http/body.ts";
import { responseFraming, type Framing } from "../../http/framing.ts";
import type { ResponseHead } from "../../http/response-head.ts";
import type { RouterCode } from "../../heroku/router-codes.ts";
import { invariant } from "../../kernel/invariant.ts";
import type { Timed } from "../../kernel/deadlines.ts";
import { between, millis } from "../../kernel/units.ts";
import type { ClientConnection, ClientUser } from "../client-connection.ts";
import type { DynoConnection, DynoUser } from "../dyno-connection.ts";
import type { Exchange } from "../exchange.ts";
import { headToClient, headToDyno, interimHead } from "../headers.ts";
import { nextUse, type NextUse } from "../reuse.ts";
import { malformedHead } from "../malformed.ts";
import { failed, notFinal, refused, type Outcome } from "../outcome.ts";
import { Parcel } from "../parcel.ts";
import type { RouterTools } from "../router-tools.ts";
import type { Passing } from "../stamps.ts";
import { Upload } from "../upload.ts";

/** The dyno has agreed to another protocol; `rest` came with its answer. */
export interface Switching {
  readonly kind: "switching";
  readonly response: ResponseHead;
  readonly rest: Buffer;
}

type Ended = (exchange: Exchange, end: Outcome | Switching, tools: RouterTools) => void;

/**
 * Passes the request to the dyno and its answer to the client, both as they come, and watches the clock:
 *
 *   request under way ──last byte passed──> waiting (30 s: H12) ──first byte──> answering ──last byte out──> relayed
 *          └── 55 s of silence: H28 or H15 ────────────────────────────────────────┘
 *
 * An answer may begin before the request has ended; then the client's connection ends with it (heroku.md 3.2).
 * `ended` is called once; by then the dyno's connection is back in the pool or closed, unless it is switching.
 */
export function relay(exchange: Exchange, tools: RouterTools, ended: Ended): void {
  new Relay(exchange, tools, ended).begin();
}

class Relay implements ClientUser, DynoUser, Timed, Passing {
  readonly #exchange: Exchange;
  readonly #tools: RouterTools;
  readonly #client: ClientConnection;
  readonly #dyno: DynoConnection;
  readonly #ended: Ended;
  readonly #request: Upload;
  readonly #parcel = new Parcel();
  #response: Body | undefined;
  #framing: Framing | undefined;
  /** Of the dyno's connection. */
  #next: NextUse = "nobody";
  #stays: boolean;
  /** The dyno has sent the 100 that it was left to send. */
  #continued = false;
  #heard = false;
  /** The last byte of the answer is on its way out. */
  #isEnding = false;
  #isOver = false;
  /** The client takes the answer too slowly: the dyno is not read. */
  #clogged = false;

  constructor(exchange: Exchange, tools: RouterTools, ended: Ended) {
    const { dyno } = exchange;
    invariant(dyno !== undefined, "a request is relayed to the dyno that was leased for it");
    this.#exchange = exchange;
    this.#tools = tools;
    this.#client = exchange.client;
    this.#dyno = dyno;
    this.#ended = ended;
    exchange.stamps.passing = this;
    this.#stays = exchange.stays;
    this.#request = new Upload(exchange, dyno.socket, tools, () => this.#requestPassed());
  }

  get phase(): Passing["phase"] {
    if (this.#exchange.stamps.sentStatus !== undefined) return "answering";
    return this.#request.isPassed ? "waiting" : "sending";
  }

  get received(): number {
    return this.#request.received;
  }

  get sent(): number {
    return this.#response?.content ?? 0;
  }

  begin(): void {
    this.#client.use(this);
    this.#request.begin(headToDyno(this.#exchange, this.#tools));
    if (!this.#request.isPassed) this.#touched();
    this.#dyno.use(this);
    if (this.#client.isGone) return this.clientGone();
    if (this.#request.state === "open") this.#client.listen();
  }

  fromClient(bytes: Buffer): number {
    this.#client.deadline.touch();
    const used = this.#request.push(bytes);
    if (this.#request.state === "broken") this.#end(refused(400, "bad chunk"));
    return used;
  }

  dynoDrained(): void {
    this.#client.deadline.touch();
    this.#request.drained();
  }

  /** The dyno has it all: from here it has 30 s to say something. router.md L1 */
  #requestPassed(): void {
    if (!this.#heard && !this.#isOver) this.#client.deadline.start(this.#tools.limits.firstByte, this);
  }

  /** In the call of `fromDyno` all bytes are dealt with, or kept. */
  fromDyno(bytes: Buffer): void {
    if (this.#isEnding) return;
    this.#heard = true;
    let rest = bytes;
    while (this.#response === undefined) {
      const { head } = this.#dyno;
      rest = rest.subarray(head.push(rest));
      const { state, start, fields, fault } = head;
      if (state === "open") return this.#touched();
      if (start === undefined || fault !== undefined) return this.#end(malformedHead(fault));
      const { version, status, phrase } = start;
      const response: ResponseHead = { version, status, phrase, fields };
      if (status === 101 && this.#exchange.upgrade !== undefined)
        return this.#end({ kind: "switching", response, rest: Buffer.from(rest) });
      if (!(status < 200 && status !== 101 ? this.#interim(response) : this.#answer(response))) return;
    }
    this.#toClient(rest);
    if (!this.#isOver && !this.#isEnding) this.#touched();
  }

  /** The first byte ends the 30 s; each byte begins the 55 s anew. */
  #touched(): void {
    this.#client.deadline.start(this.#tools.limits.idle, this);
  }

  /** An HTTP/1.0 client knows no interim answers. False when the dyno may not send one any more. router.md 7.6, 9.8, 17.9 */
  #interim(response: ResponseHead): boolean {
    const { head, awaitsContinue } = this.#exchange;
    this.#dyno.head.reset();
    if (response.status === 100 && awaitsContinue === "dyno") {
      if (this.#continued) {
        this.#end(notFinal());
        return false;
      }
      this.#continued = true;
    }
    if (head.version === "1.0") return true;
    this.#client.socket.write(interimHead(response), "latin1");
    this.#heedSlowClient();
    return true;
  }

  /** False when the answer turned out not to be one. */
  #answer(response: ResponseHead): boolean {
    const { head, stamps, awaitsContinue } = this.#exchange;
    const { status, fields } = response;
    // 101 to a client that asked for nothing: an ordinary answer that ends with the connection. router.md 10.10
    const parsed: ReturnType<typeof responseFraming> =
      status === 101 && head.method !== "HEAD"
        ? { ok: true, value: { kind: "until-close" } }
        : responseFraming(head.method, status, fields);
    if (!parsed.ok) {
      if (parsed.failure === "bad-content-length") this.#fail("H25", "invalid content length");
      else this.#fail("H17");
      return false;
    }
    const plain = head.version === "1.0" && parsed.value.kind === "chunked";
    this.#framing = parsed.value;
    this.#response = bodyOf(parsed.value, !plain, this.#tools.responseChunks);
    // who answers before it has the whole request may have left some of it unread
    if (this.#request.isPassed) this.#next = nextUse(this.#exchange, response, parsed.value);
    const seen: Framing = plain ? { kind: "until-close" } : parsed.value;
    if (seen.kind === "until-close" || status === 101 || this.#request.state !== "complete")
      this.#stays = false;
    // The body may come all the same, or not: nobody can tell what the client sends next. router.md 9.5
    if (awaitsContinue === "dyno" && !this.#continued) {
      this.#stays = false;
      this.#next = "nobody";
    }
    this.#parcel.add(headToClient(this.#exchange, response, seen, this.#stays, this.#tools));
    stamps.sentStatus = status;
    return true;
  }

  /** Passes on what belongs to the body; anything after it goes down with the dyno's connection. router.md 11.21 */
  #toClient(bytes: Buffer): void {
    const response = this.#response;
    if (response === undefined) return;
    const used = response.push(bytes, this.#parcel.parts);
    if (used < bytes.length) this.#next = "nobody";
    if (response.state === "complete") return this.#lastBytes();
    const { socket } = this.#client;
    this.#parcel.sendLent(socket, this.#dyno.socket.lent);
    if (response.state === "broken") return this.#fail("H17");
    this.#heedSlowClient();
  }

  /** Past the buffer the dyno feels the client's speed. router.md L22 */
  #heedSlowClient(): void {
    if (this.#dyno.life.gone || this.#client.socket.writableLength < this.#tools.limits.responseBuffer)
      return;
    this.#clogged = true;
    this.#dyno.socket.pause();
  }

  #lastBytes(): void {
    this.#isEnding = true;
    this.#client.deafen();
    this.#client.release();
    const { socket } = this.#client;
    const isTaken = this.#parcel.sendLent(socket, this.#dyno.socket.lent);
    this.#leaveDyno();
    if (isTaken) return this.#relayed();
    this.#touched();
    this.#parcel.whenOut(socket, (error) => {
      if (error) this.#fail("H27");
      else this.#relayed();
    });
  }

  /** The dyno has done its part, however long the client takes. router.md 6.9, 17.15 */
  #leaveDyno(): void {
    if (this.#next === "nobody" || !this.#exchange.keepsDyno) return this.#dyno.drop();
    if (this.#next === "same-client") this.#dyno.owner = this.#client;
    if (this.#dyno.owner !== undefined && (this.#client.isGone || !this.#stays)) return this.#dyno.drop();
    this.#tools.dynos.give(this.#dyno);
  }

  #relayed(): void {
    const stays = this.#stays && this.#request.state === "complete";
    const status = this.#exchange.stamps.sentStatus ?? 0;
    this.#end({ kind: "relayed", status, bytes: this.#response?.content ?? 0, stays });
  }

  clientDrained(): void {
    this.#client.deadline.touch();
    this.#unclog();
  }

  #unclog(): void {
    if (!this.#clogged) return;
    this.#clogged = false;
    this.#dyno.socket.resume();
  }

  dynoGone(): void {
    this.#unclog();
  }

  dynoEnded(orderly: boolean): void {
    if (this.#isEnding) return;
    if (!this.#heard) this.#fail("H13");
    else if (orderly && this.#framing?.kind === "until-close") this.#lastBytes();
    else this.#fail("H18");
  }

  clientGone(): void {
    this.#fail("H27");
  }

  timedOut(): void {
    if (this.#request.isPassed && !this.#heard) return this.#noAnswer();
    // Who was to speak? The client, while its body or its reading is awaited; else the dyno. router.md L2, L3
    const awaitsClient =
      this.#isEnding || this.#clogged || (this.#request.state === "open" && !this.#request.isHeld);
    this.#fail(awaitsClient ? "H28" : "H15");
  }

  #noAnswer(): void {
    const { stamps, at } = this.#exchange;
    const { firstByte } = this.#tools.limits;
    const { passedAt } = this.#request;
    const upload = passedAt === undefined ? 0 : between(stamps.connectedAt ?? at, passedAt);
    // Heroku's line says 30000 ms sharp, not when the timer got its turn. heroku.md 3.8
    stamps.service = millis(upload + firstByte);
    this.#fail("H12");
  }

  bug(error: unknown): void {
    this.#tools.onBug(error);
    this.#fail("H99");
  }

  #fail(code: RouterCode, detail?: string): void {
    this.#end(failed(code, detail, this.#response?.content ?? 0));
  }

  #end(end: Outcome | Switching): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.deadline.stop();
    this.#client.deafen();
    if (end.kind !== "switching" && !this.#isEnding) this.#dyno.drop();
    this.#isEnding = true;
    this.#ended(this.#exchange, end, this.#tools);
  }
}
