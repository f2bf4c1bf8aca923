import type { Socket } from "node:net";
import { bodyOf, type Body } from "../../http/body.ts";
import { responseFraming, type Framing } from "../../http/framing.ts";
import type { HeadFault, HeadScanner } from "../../http/head-scanner.ts";
import { responseHeadScanner, type ResponseHead, type StatusLine } from "../../http/response-head.ts";
import type { RouterCode } from "../../heroku/router-codes.ts";
import { between, millis } from "../../kernel/units.ts";
import type { ClientConnection } from "../client-connection.ts";
import type { Leased } from "../exchange.ts";
import { headToClient, headToDyno, interimHead } from "../headers.ts";
import { IdleTimer } from "../../kernel/idle-timer.ts";
import { failed, refused, type Outcome } from "../outcome.ts";
import { chunkedLimits, requestHeadLimits, responseHeadLimits, type RouterTools } from "../router-tools.ts";
import type { Passing } from "../stamps.ts";
import { writeAll } from "../write-all.ts";

/** The dyno has agreed to another protocol; `rest` came with its answer. */
export interface Switching {
  readonly kind: "switching";
  readonly response: ResponseHead;
  readonly rest: Buffer;
}

/**
 * Passes the request to the dyno and its answer to the client, both as they come, and watches the clock:
 *
 *   request under way ──last byte passed──> waiting (30 s: H12) ──first byte──> answering ──last byte out──> relayed
 *          └── 55 s of silence: H28 or H15 ────────────────────────────────────────┘
 *
 * An answer may begin before the request has ended; then the client's connection ends with it (heroku.md 3.2).
 * Resolves once, never rejects; by then the dyno's connection is closed, unless it is switching.
 */
export function relay(exchange: Leased, tools: RouterTools): Promise<Outcome | Switching> {
  return new Promise((resolve) => {
    new Relay(exchange, tools, resolve).begin();
  });
}

const REASON_OF_FAULT: Partial<Record<HeadFault, string>> = {
  "start-line-too-long": "oversized status line",
  "field-line-too-long": "oversized header",
  "head-too-large": "oversized header",
  "cookie-too-long": "oversized cookie",
};

class Relay implements Passing {
  readonly #exchange: Leased;
  readonly #tools: RouterTools;
  readonly #client: ClientConnection;
  readonly #dyno: Socket;
  readonly #timer: IdleTimer;
  readonly #request: Body;
  readonly #head: HeadScanner<StatusLine>;
  readonly #out: Buffer[] = [];
  readonly #lifeEnded = (): void => this.#contained(() => this.#dynoGone());
  /** The dyno has no process left, and what it still had sent is being read. */
  #lastWords: IdleTimer | undefined;
  #response: Body | undefined;
  #framing: Framing | undefined;
  #stays: boolean;
  #heard = false;
  /** The last byte of the request has left for the dyno. */
  #isPassed = false;
  /** The last byte of the answer is on its way out. */
  #ending = false;
  /** The client takes the answer too slowly: the dyno is not read. */
  #clogged = false;
  /** The dyno takes the body too slowly: the client is not read. */
  #holding = false;
  #settle: ((end: Outcome | Switching) => void) | undefined;

  constructor(exchange: Leased, tools: RouterTools, settle: (end: Outcome | Switching) => void) {
    this.#exchange = exchange;
    this.#tools = tools;
    this.#client = exchange.client;
    this.#dyno = exchange.dyno;
    this.#settle = settle;
    exchange.stamps.passing = this;
    this.#stays = exchange.stays;
    this.#timer = new IdleTimer(tools.clock);
    const limits = tools.limits;
    this.#request = bodyOf(exchange.body.framing, true, chunkedLimits(limits, requestHeadLimits(limits)));
    this.#head = responseHeadScanner(responseHeadLimits(limits));
  }

  get phase(): Passing["phase"] {
    if (this.#exchange.stamps.sentStatus !== undefined) return "answering";
    return this.#isPassed ? "waiting" : "sending";
  }

  get received(): number {
    return this.#request.content;
  }

  get sent(): number {
    return this.#response?.content ?? 0;
  }

  begin(): void {
    this.#contained(() => {
      const dyno = this.#dyno;
      dyno.on("data", (bytes: Buffer) => this.#contained(() => this.#fromDyno(bytes)));
      dyno.on("end", () => this.#contained(() => this.#dynoEnded(true)));
      dyno.on("error", () => this.#contained(() => this.#dynoEnded(false)));
      dyno.on("close", () => this.#contained(() => this.#dynoEnded(false)));
      dyno.on("drain", () => this.#contained(() => this.#dynoDrained()));
      this.#client.onGone = () => this.#fail("H27");
      this.#client.onDrain = () => this.#clientDrained();
      this.#timer.start(this.#tools.limits.idle, () => this.#contained(() => this.#silent()));
      this.#out.push(Buffer.from(headToDyno(this.#exchange, this.#tools), "latin1"));
      this.#toDyno();
      dyno.resume();
      const { life } = this.#exchange.lease;
      life.watch(this.#lifeEnded);
      if (this.#client.gone.aborted) return this.#fail("H27");
      if (life.gone) this.#dynoGone();
      if (this.#request.state === "open") this.#client.attach((bytes) => this.#fromClient(bytes));
    });
  }

  #fromClient(bytes: Buffer): number {
    this.#timer.touch();
    const used = this.#request.push(bytes, this.#out);
    if (this.#request.state !== "open") this.#client.detach();
    if (this.#request.state === "broken") {
      this.#end(refused(400, "bad chunk"));
      return bytes.length;
    }
    this.#toDyno();
    return used;
  }

  #toDyno(): void {
    const passed =
      this.#request.state === "complete" ? () => this.#contained(() => this.#requestPassed()) : undefined;
    if (!writeAll(this.#dyno, this.#out, passed) && passed === undefined) {
      this.#holding = true;
      this.#client.hold();
    }
  }

  #dynoDrained(): void {
    this.#timer.touch();
    if (!this.#holding) return;
    this.#holding = false;
    this.#client.release();
  }

  /** The dyno has it all: from here it has 30 s to say something. router.md L1 */
  #requestPassed(): void {
    this.#isPassed = true;
    if (this.#heard || this.#settle === undefined) return;
    const { clock, limits } = this.#tools;
    const { stamps, body } = this.#exchange;
    const passedAt = clock.now();
    const upload = body.framing.kind === "none" ? 0 : between(stamps.connectedAt ?? passedAt, passedAt);
    this.#timer.start(limits.firstByte, () => {
      // Heroku's line says 30000 ms sharp, not when the timer got its turn. heroku.md 3.8
      stamps.service = millis(upload + limits.firstByte);
      this.#fail("H12");
    });
  }

  #fromDyno(bytes: Buffer): void {
    if (this.#ending) return;
    this.#lastWords?.touch();
    if (this.#heard) this.#timer.touch();
    else {
      this.#heard = true;
      this.#timer.start(this.#tools.limits.idle, () => this.#contained(() => this.#silent()));
    }
    let rest = bytes;
    while (this.#response === undefined) {
      rest = rest.subarray(this.#head.push(rest));
      const { state, start, fields, fault } = this.#head;
      if (state === "open") return;
      if (start === undefined || fault !== undefined) return this.#malformed(fault);
      const response: ResponseHead = { ...start, fields };
      if (response.status === 101 && this.#exchange.upgrade !== undefined)
        return this.#switch(response, rest);
      if (response.status < 200 && response.status !== 101) this.#interim(response);
      else if (!this.#answer(response)) return;
    }
    this.#toClient(rest);
  }

  /** An HTTP/1.0 client knows no interim answers. router.md 7.6, 9.8, 17.9 */
  #interim(response: ResponseHead): void {
    this.#head.reset();
    if (this.#exchange.head.version === "1.0") return;
    this.#client.socket.write(interimHead(response), "latin1");
  }

  /** False when the answer turned out not to be one. */
  #answer(response: ResponseHead): boolean {
    const { head, stamps } = this.#exchange;
    // 101 to a client that asked for nothing: an ordinary answer that ends with the connection. router.md 10.10
    const parsed: ReturnType<typeof responseFraming> =
      response.status === 101 && head.method !== "HEAD"
        ? { ok: true, value: { kind: "until-close" } }
        : responseFraming(head.method, response.status, response.fields);
    if (!parsed.ok) {
      if (parsed.failure === "bad-content-length") this.#fail("H25", "invalid content length");
      else this.#fail("H17");
      return false;
    }
    const plain = head.version === "1.0" && parsed.value.kind === "chunked";
    this.#framing = parsed.value;
    this.#response = bodyOf(parsed.value, !plain, this.#responseChunks());
    const seen: Framing = plain ? { kind: "until-close" } : parsed.value;
    if (seen.kind === "until-close" || response.status === 101 || this.#request.state !== "complete")
      this.#stays = false;
    stamps.sentStatus = response.status;
    this.#out.push(
      Buffer.from(headToClient(this.#exchange, response, seen, this.#stays, this.#tools), "latin1"),
    );
    return true;
  }

  #responseChunks(): ReturnType<typeof chunkedLimits> {
    return chunkedLimits(this.#tools.limits, responseHeadLimits(this.#tools.limits));
  }

  /** Passes on what belongs to the body; anything after it goes down with the dyno's connection. router.md 11.21 */
  #toClient(bytes: Buffer): void {
    const response = this.#response;
    if (response === undefined) return;
    response.push(bytes, this.#out);
    const { socket } = this.#client;
    if (response.state === "complete") return this.#lastBytes();
    writeAll(socket, this.#out, undefined);
    if (response.state === "broken") return this.#fail("H17");
    if (this.#lastWords === undefined && socket.writableLength >= this.#tools.limits.responseBuffer) {
      this.#clogged = true;
      this.#dyno.pause();
    }
  }

  #lastBytes(): void {
    this.#ending = true;
    this.#dyno.destroy();
    this.#client.detach();
    this.#client.release();
    const stays = this.#stays && this.#request.state === "complete";
    const status = this.#exchange.stamps.sentStatus ?? 0;
    writeAll(this.#client.socket, this.#out, (error) => {
      if (error) this.#fail("H27");
      else this.#end({ kind: "relayed", status, bytes: this.#response?.content ?? 0, stays });
    });
  }

  #clientDrained(): void {
    this.#timer.touch();
    if (!this.#clogged) return;
    this.#clogged = false;
    this.#dyno.resume();
  }

  /**
   * What is left of its answer is read, however slow the client is, and then it is over: whose network went with the
   * container says no goodbye, and a client that reads slowly would never let us hear one.
   */
  #dynoGone(): void {
    if (this.#ending) return;
    this.#lastWords = new IdleTimer(this.#tools.clock);
    this.#lastWords.start(this.#tools.limits.lastWords, () => this.#contained(() => this.#dynoEnded(false)));
    if (this.#clogged) this.#clientDrained();
  }

  #dynoEnded(orderly: boolean): void {
    if (this.#ending) return;
    if (!this.#heard) this.#fail("H13");
    else if (orderly && this.#framing?.kind === "until-close") this.#lastBytes();
    else this.#fail("H18");
  }

  /** router.md 11.3, 11.17, L15 to L17, E8 to E11 */
  #malformed(fault: HeadFault | undefined): void {
    const reason = fault === undefined ? undefined : REASON_OF_FAULT[fault];
    if (reason === undefined) this.#fail("H17");
    else this.#fail("H25", reason);
  }

  /** Who was to speak? The client, while its body or its reading is awaited; else the dyno. router.md L2, L3 */
  #silent(): void {
    const awaitsClient = this.#ending || this.#clogged || (this.#request.state === "open" && !this.#holding);
    this.#fail(awaitsClient ? "H28" : "H15");
  }

  #switch(response: ResponseHead, rest: Buffer): void {
    this.#dyno.pause();
    this.#end({ kind: "switching", response, rest });
  }

  #fail(code: RouterCode, detail?: string): void {
    this.#end(failed(code, detail, this.#response?.content ?? 0));
  }

  #end(end: Outcome | Switching): void {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    this.#ending = true;
    this.#timer.stop();
    this.#lastWords?.stop();
    this.#exchange.lease.life.unwatch(this.#lifeEnded);
    this.#client.onGone = undefined;
    this.#client.onDrain = undefined;
    this.#client.detach();
    this.#dyno.removeAllListeners();
    this.#dyno.on("error", () => {});
    if (end.kind !== "switching") this.#dyno.destroy();
    settle(end);
  }

  #contained(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#tools.onBug(error);
      this.#fail("H99");
    }
  }
}
