import type { Case } from "../bench.ts";
import type { Figure, Wanted } from "../figure.ts";
import { echoes, p99At, uploads, wrk } from "../proxies/load.ts";
import { Proxies, PROXIES, type BackendName, type ProxyName, type Running } from "../proxies/rig.ts";
import { median, type Samples } from "../samples.ts";

const CONNECTIONS = 32;
const SECONDS = 2;
/** Node compiles what is used often only after a while. */
const WARM_UP = 4;
const UPLOAD = 10 * 1_048_576;

type Taken = Record<ProxyName, number[]>;

/**
 * The router alone beside nginx, http-proxy and a pipe without HTTP, round by round. issue D, Figures. The processor time
 * of a request is the steady figure: rates depend on who else wants the two cores, the load's own process among them.
 */
export const routerPeers: Case = async ({ runs, tell }) => {
  await using proxies = await Proxies.open();
  for (const name of PROXIES)
    await wrk(`http://127.0.0.1:${proxies.of(name, "answers").port}/`, CONNECTIONS, WARM_UP);
  const small = await eachByTurns("answers", ({ port }) =>
    wrk(`http://127.0.0.1:${port}/`, CONNECTIONS, SECONDS),
  );
  tell("small answers measured");
  const fresh = await eachByTurns("answers", ({ port }) =>
    wrk(`http://127.0.0.1:${port}/`, CONNECTIONS, SECONDS, true),
  );
  const megabytes = await eachByTurns("answers", ({ port }) =>
    wrk(`http://127.0.0.1:${port}/megabyte`, 8, SECONDS),
  );
  tell("a connection for each request, and 1 MB answers measured");
  const upload = await eachByTurns("echoes", ({ port }) => uploads(port, UPLOAD, 4, SECONDS));
  const echo = await eachByTurns("echoes", ({ port }) => echoes(port, CONNECTIONS, SECONDS));
  tell("uploads and echoes measured");
  const half = median(small.rate.dynosim) / 2;
  const slow = await eachByTurns("answers", ({ port }) => p99At(port, half, CONNECTIONS, SECONDS));
  const direct: number[] = [];
  for (let round = 0; round < runs; round++)
    direct.push(await p99At(proxies.of("direct", "answers").port, half, CONNECTIONS, SECONDS));
  const base = median(direct);
  const added: Taken = nothing();
  for (const name of PROXIES) added[name] = slow.rate[name].map((time) => Math.max(0, time - base));

  const least = (factor: number): Wanted => ({ kind: "ratio-least", least: factor });
  const most = (factor: number): Wanted => ({ kind: "ratio", most: factor });
  return [
    ...beside("processor time of a request", "us", 1, small.cost, {
      "bare-pipe": most(1.6),
      nginx: undefined,
      "http-proxy": undefined,
    }),
    ...beside(`60-byte answers, ${CONNECTIONS} connections`, "1/s", 0, small.rate, {
      nginx: least(0.5),
      "http-proxy": least(3),
      "bare-pipe": undefined,
    }),
    ...beside("a connection for each request", "1/s", 0, fresh.rate, { nginx: least(0.35) }),
    ...beside("the same, processor time", "us", 1, fresh.cost, { nginx: undefined }),
    ...beside("added p99 at half load", "ms", 2, added, { nginx: most(1.5) }),
    ...beside("1 MB answers", "1/s", 0, megabytes.rate, { nginx: least(0.75) }),
    ...beside("the same, processor time", "us", 0, megabytes.cost, ALL_RECORDED),
    ...beside("10 MB uploads", "1/s", 1, upload.rate, { nginx: least(0.65) }),
    ...beside("the same, processor time", "us", 0, upload.cost, ALL_RECORDED),
    ...beside("websocket echo", "1/s", 0, echo.rate, { nginx: least(0.75) }),
    ...beside("the same, processor time", "us", 1, echo.cost, ALL_RECORDED),
  ];

  async function eachByTurns(
    backend: BackendName,
    measure: (running: Running) => Promise<number>,
  ): Promise<{ readonly rate: Taken; readonly cost: Taken }> {
    const [rate, cost] = [nothing(), nothing()];
    for (let round = 0; round < runs; round++)
      for (const name of PROXIES.map((_, index) => PROXIES[(index + round) % PROXIES.length]!)) {
        const running = proxies.of(name, backend);
        const before = running.processorTime();
        const done = await measure(running);
        rate[name].push(done);
        cost[name].push((running.processorTime() - before) / (done * SECONDS));
      }
    return { rate, cost };
  }
};

const ALL_RECORDED = { nginx: undefined, "bare-pipe": undefined };

function nothing(): Taken {
  return { dynosim: [], nginx: [], "http-proxy": [], "bare-pipe": [] };
}

/** A line for each peer. */
function beside(
  name: string,
  unit: string,
  digits: number,
  taken: Readonly<Record<ProxyName, Samples>>,
  peers: Partial<Record<ProxyName, Wanted | undefined>>,
): Figure[] {
  return Object.entries(peers).map(([peer, wanted]) => ({
    name,
    unit,
    digits,
    ours: taken.dynosim,
    peer: { name: peer, samples: taken[peer as ProxyName] },
    wanted,
  }));
}
