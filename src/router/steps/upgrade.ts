import type { Leased } from "../exchange.ts";
import { switchingHead } from "../headers.ts";
import { IdleTimer } from "../../kernel/idle-timer.ts";
import { failed, type Outcome } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";
import type { Switching } from "./relay.ts";

/**
 * Bytes both ways, unread, until either side ends or neither has spoken for 55 s (H15). router.md 10.5 to 10.8, L5
 */
export function upgrade(exchange: Leased, switching: Switching, tools: RouterTools): Promise<Outcome> {
  const { client, dyno, lease, stamps } = exchange;
  return new Promise((resolve) => {
    const timer = new IdleTimer(tools.clock);
    let bytes = switching.rest.length;
    let fromClient = 0;
    let ended = false;
    const end = (outcome: Outcome): void => {
      if (ended) return;
      ended = true;
      timer.stop();
      lastWords.stop();
      lease.life.unwatch(lifeEnded);
      client.onGone = undefined;
      client.onDrain = undefined;
      client.detach();
      dyno.removeAllListeners();
      dyno.on("error", () => {});
      dyno.destroySoon();
      resolve(outcome);
    };
    const over = (): void => end({ kind: "relayed", status: 101, bytes, stays: false });

    // as in the relay: the end of a dyno is not always told by the network
    const lastWords = new IdleTimer(tools.clock);
    const lifeEnded = (): void => {
      dyno.resume();
      lastWords.start(tools.limits.lastWords, over);
    };
    lease.life.watch(lifeEnded);
    timer.start(tools.limits.idle, () => end(failed("H15", undefined, bytes)));
    stamps.sentStatus = 101;
    stamps.passing = {
      phase: "upgraded",
      get received() {
        return fromClient;
      },
      get sent() {
        return bytes;
      },
    };
    client.onGone = over;
    client.onDrain = () => dyno.resume();
    dyno.on("end", over);
    dyno.on("error", over);
    dyno.on("close", over);
    dyno.on("drain", () => client.release());
    dyno.on("data", (data: Buffer) => {
      timer.touch();
      lastWords.touch();
      bytes += data.length;
      if (!client.socket.write(data)) dyno.pause();
    });
    client.socket.write(
      Buffer.concat([
        Buffer.from(switchingHead(exchange, switching.response, tools), "latin1"),
        switching.rest,
      ]),
    );
    client.attach((data) => {
      timer.touch();
      fromClient += data.length;
      if (!dyno.write(data)) client.hold();
      return data.length;
    });
    if (client.gone.aborted) return over();
    dyno.resume();
    if (lease.life.gone) lifeEnded();
  });
}
