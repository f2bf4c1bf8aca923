import { Agent, get } from "node:http";
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { processorTime } from "../process-facts.ts";
import { serve } from "../product.ts";
import { byTurns } from "../samples.ts";

const CONNECTIONS = 8;
const SECONDS = 2;

/** Requests a second through the router, beside straight to the dyno's address; and what the router itself costs. */
export const router: Case = async ({ runs }) => {
  await using project = Project.of(APP);
  await using served = await serve(project);
  const pid = served.app.process.pid ?? 0;
  const direct = await addressOfWeb(project);
  const cost: number[] = [];
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      const before = processorTime(pid);
      const done = await load(served.url);
      cost.push((processorTime(pid) - before) / done);
      return done / SECONDS;
    },
    async () => (await load(direct)) / SECONDS,
  );
  return [
    {
      name: `requests through the router, ${CONNECTIONS} connections`,
      unit: "1/s",
      ours,
      peer: { name: "direct", samples: peer },
      wanted: undefined,
    },
    {
      name: "processor time of `up` for a request",
      unit: "us",
      ours: cost,
      peer: undefined,
      wanted: undefined,
    },
  ];
};

/** Answers that cost next to nothing, on connections that stay open. */
const APP = {
  "requirements.txt": "",
  ".python-version": "3.13\n",
  Procfile: "web: python serve.py\n",
  "serve.py": `import asyncio, os

ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n"


class Serve(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        for _ in range(data.count(b"\\r\\n\\r\\n")):
            self.transport.write(ANSWER)
        # as real servers do; who closes first keeps the port, and the router would run out of them
        if b"\\r\\nconnection: close" in data.lower():
            self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Serve, "0.0.0.0", int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
`,
};

/** How many were answered in the time given. */
async function load(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const until = performance.now() + SECONDS * 1000;
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      await ask(url, agent);
      done++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return done;
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume().once("end", resolve);
    });
    request.once("error", reject);
  });
}

async function addressOfWeb({ folder }: Project): Promise<string> {
  const { instance } = JSON.parse(readFileSync(`${folder}/.dynosim/state.json`, "utf8")) as {
    instance: string;
  };
  const filters = [`label=dynosim=${instance}`, "label=dynosim.dyno=web.1"].flatMap((f) => ["--filter", f]);
  const { stdout: id } = await execa("docker", ["ps", "-q", ...filters]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}} {{json .Config.Env}}";
  const { stdout } = await execa("docker", ["inspect", "-f", format, id]);
  const [address = ""] = stdout.split(" ");
  return `http://${address}:${/"PORT=(\d+)"/.exec(stdout)?.[1]}/`;
}
