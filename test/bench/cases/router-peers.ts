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
  const cost = nothing();
  const small = await eachByTurns(runs, "answers", async (name, running) => {
    const before = running.processorTime();
    const rate = await wrk(`http://127.0.0.1:${running.port}/`, CONNECTIONS, SECONDS);
    cost[name].push((running.processorTime() - before) / (rate * SECONDS));
    return rate;
  });
  tell("small answers measured");
  const fresh = await eachByTurns(runs, "answers", (_, { port }) =>
    wrk(`http://127.0.0.1:${port}/`, CONNECTIONS, SECONDS, true),
  );
  const megabytes = await eachByTurns(runs, "answers", (_, { port }) =>
    wrk(`http://127.0.0.1:${port}/megabyte`, 8, SECONDS),
  );
  tell("a connection for each request, and 1 MB answers measured");
  const upload = await eachByTurns(runs, "echoes", (_, { port }) => uploads(port, UPLOAD, 4, SECONDS));
  const echo = await eachByTurns(runs, "echoes", (_, { port }) => echoes(port, CONNECTIONS, SECONDS));
  tell("uploads and echoes measured");
  const half = median(small.dynosim) / 2;
  const slow = await eachByTurns(runs, "answers", (_, { port }) => p99At(port, half, CONNECTIONS, SECONDS));
  const direct: number[] = [];
  for (let round = 0; round < runs; round++)
    direct.push(await p99At(proxies.of("direct", "answers").port, half, CONNECTIONS, SECONDS));
  const base = median(direct);
  const added: Taken = nothing();
  for (const name of PROXIES) added[name] = slow[name].map((time) => Math.max(0, time - base));

  const least = (factor: number): Wanted => ({ kind: "ratio-least", least: factor });
  const most = (factor: number): Wanted => ({ kind: "ratio", most: factor });
  return [
    ...beside("processor time of a request", "us", 1, cost, {
      "bare-pipe": most(1.6),
      nginx: undefined,
      "http-proxy": undefined,
    }),
    ...beside(`60-byte answers, ${CONNECTIONS} connections`, "1/s", 0, small, {
      nginx: least(0.5),
      "http-proxy": least(3),
      "bare-pipe": undefined,
    }),
    ...beside("a connection for each request", "1/s", 0, fresh, { nginx: least(0.35) }),
    ...beside("added p99 at half load", "ms", 2, added, { nginx: most(1.5) }),
    ...beside("1 MB answers", "1/s", 0, megabytes, { nginx: least(0.75) }),
    ...beside("10 MB uploads", "1/s", 1, upload, { nginx: least(0.65) }),
    ...beside("websocket echo", "1/s", 0, echo, { nginx: least(0.75) }),
  ];

  async function eachByTurns(
    rounds: number,
    backend: BackendName,
    measure: (name: ProxyName, running: Running) => Promise<number>,
  ): Promise<Taken> {
    const taken = nothing();
    for (let round = 0; round < rounds; round++)
      for (const name of PROXIES.map((_, index) => PROXIES[(index + round) % PROXIES.length]!))
        taken[name].push(await measure(name, proxies.of(name, backend)));
    return taken;
  }
};

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
