import type { Writable } from "node:stream";
import type { LentBuffer } from "./lent-buffer.ts";

/** Up to here bytes are cheaper copied into the head's text than written beside it (measured at 60 bytes to 16 KiB). */
const SHORT = 4096;

type Out = (error?: Error | null) => void;

/** What goes out in one write: a head, parts of a body, or both. */
export class Parcel {
  #head = "";
  /** Of the body, in order. */
  readonly parts: Buffer[] = [];

  /** Latin-1 text of a head. */
  add(head: string): void {
    this.#head += head;
  }

  /** True: the system has it all. Else there is `whenOut`. */
  send(socket: Writable): boolean {
    return this.#send(socket, undefined);
  }

  /** The same for parts that are lent: what the system does not take at once is kept. */
  sendLent(socket: Writable, lent: LentBuffer): boolean {
    return this.#send(socket, lent);
  }

  /** `out` is called when all that was sent has left, or with the error if it will not. */
  whenOut(socket: Writable, out: Out): void {
    socket.write(NOTHING, out);
  }

  #send(socket: Writable, lent: LentBuffer | undefined): boolean {
    const { parts } = this;
    const head = this.#head;
    this.#head = "";
    if (parts.length === 0) {
      if (head !== "") socket.write(head, "latin1");
    } else if (head !== "" && parts.length === 1 && parts[0]!.length <= SHORT) {
      socket.write(head + parts[0]!.toString("latin1"), "latin1");
    } else this.#writeAll(socket, head, lent);
    parts.length = 0;
    if (socket.writableLength === 0 && socket.writable) {
      lent?.unkeep();
      return true;
    }
    return false;
  }

  #writeAll(socket: Writable, head: string, lent: LentBuffer | undefined): void {
    const isOne = head === "" && this.parts.length === 1;
    if (!isOne) socket.cork();
    if (head !== "") socket.write(head, "latin1");
    for (const part of this.parts) {
      if (lent === undefined) socket.write(part);
      else lent.write(socket, part);
    }
    if (!isOne) socket.uncork();
  }
}

const NOTHING = Buffer.alloc(0);
