import { createWriteStream } from "node:fs";
import { Agent, createServer } from "node:http";
import httpProxy from "http-proxy";

/*
 * The best known reverse proxy for Node, with kept connections and a line for each request.
 *   node http-proxy.ts PORT BACKEND-PORT ACCESS-LOG
 */
const [listenOn = "0", backend = "0", log = ""] = process.argv.slice(2);
const lines = createWriteStream(log);
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${backend}`,
  agent: new Agent({ keepAlive: true, maxSockets: Infinity }),
  xfwd: true,
});
proxy.on("error", (_error, _request, response) => response.destroy());
const server = createServer((request, response) => {
  const begun = performance.now();
  response.once("finish", () => {
    const took = (performance.now() - begun).toFixed(0);
    lines.write(
      `${new Date().toISOString()} ${request.method} ${request.url} ${response.statusCode} ${took}ms\n`,
    );
  });
  proxy.web(request, response);
});
server.on("upgrade", (request, socket, head) => proxy.ws(request, socket, head));
server.keepAliveTimeout = 60_000;
server.listen(Number(listenOn), "127.0.0.1", 4096, () => console.log("ready"));
