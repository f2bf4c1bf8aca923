import type { Socket } from "node:net";
import { FRAME, frame, FrameReader } from "../api/frames.ts";
import { Disposables } from "../kernel/disposables.ts";
import type { Output, World } from "./world.ts";

const CTRL_C = 0x03;
/** Presses within a second that mean: let me out, whatever the dyno does. heroku.md 8 */
const PRESSES_TO_LEAVE = 4;

/** How a conversation with a process ended. */
export type Ending =
  | { readonly how: "exited"; readonly status: number }
  /** Four Ctrl-C. */
  | { readonly how: "forced" }
  /** The platform closed it after an hour of silence. */
  | { readonly how: "silence" }
  | { readonly how: "broke-off" };

/** Joins this terminal, or these pipes, with a process in a dyno. */
export async function converse(
  world: World,
  socket: Socket,
  head: Uint8Array,
  terminal: boolean,
): Promise<Ending> {
  let ending: Ending = { how: "broke-off" };
  const reader = new FrameReader((type, payload) => {
    if (type === FRAME.stdout) pass(socket, world.stdout, payload);
    if (type === FRAME.stderr) pass(socket, world.stderr, payload);
    if (type === FRAME.silence) ending = { how: "silence" };
    if (type === FRAME.exit) {
      const { status } = JSON.parse(payload.toString("utf8")) as { status: number };
      ending = { how: "exited", status };
    }
  });
  using input = new Disposables();
  input.use(
    sendInput(world, socket, terminal, () => {
      ending = { how: "forced" };
      socket.destroy();
    }),
  );
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      if (!reader.push(chunk)) socket.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
    socket.on("end", () => socket.end());
    reader.push(head);
  });
  return ending;
}

/** A reader slower than the dyno makes the dyno wait. */
function pass(socket: Socket, output: Output, payload: Uint8Array): void {
  if (output.write(payload)) return;
  socket.pause();
  output.once("drain", () => socket.resume());
}

function sendInput(world: World, socket: Socket, terminal: boolean, leave: () => void): Disposable {
  const { stdin, stdout, clock } = world;
  let presses: number[] = [];
  const onData = (chunk: Uint8Array): void => {
    if (terminal) {
      const now = clock.now();
      const more = [...chunk].filter((byte) => byte === CTRL_C).map(() => now);
      presses = [...presses.filter((at) => now - at < 1000), ...more];
      if (presses.length >= PRESSES_TO_LEAVE) leave();
    }
    if (socket.destroyed || socket.write(frame(FRAME.stdin, chunk))) return;
    stdin.pause();
    socket.once("drain", () => stdin.resume());
  };
  const onEnd = (): void => {
    if (!socket.destroyed) socket.write(frame(FRAME.endOfInput));
  };
  const onResize = (): void => {
    const size = { cols: stdout.columns, rows: stdout.rows };
    if (!socket.destroyed) socket.write(frame(FRAME.resize, JSON.stringify(size)));
  };
  stdin.on("data", onData);
  stdin.on("end", onEnd);
  stdin.on("error", onEnd);
  if (terminal) {
    stdin.setRawMode(true);
    stdout.on("resize", onResize);
    onResize();
  }
  return {
    [Symbol.dispose]: () => {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.off("error", onEnd);
      stdout.off("resize", onResize);
      if (terminal) stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
