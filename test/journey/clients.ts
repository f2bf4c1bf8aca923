import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { execa } from "execa";
import { chromium } from "playwright-core";
import { Agent, request } from "undici";
import { expect } from "vitest";
import { WebSocket } from "ws";

/** An address of an app, as its users have it, and what vouches for it. */
export interface Door {
  /** With a slash at its end. */
  readonly url: string;
  /** PEM of the authority that signed its certificate; undefined without TLS. */
  readonly ca: { readonly text: string; readonly file: string } | undefined;
}

/** A program that people use an app with: each does what it is good at, and checks what it got. */
export type Client = (door: Door) => Promise<void>;

/** More than the router or a socket holds back. */
const UPLOAD = 3_000_000;

export const CLIENTS: Readonly<Record<string, Client>> = {
  curl: async ({ url, ca }) => {
    const trust = ca ? ["--cacert", ca.file] : [];
    const upload = ["-sS", ...trust, "--fail", "--data-binary", "@-", "-H", "Expect: 100-continue"];
    const { stdout } = await execa("curl", [...upload, `${url}upload`], { input: "x".repeat(UPLOAD) });
    expect(JSON.parse(stdout)).toEqual({ bytes: UPLOAD });
    // two requests on one connection, the second told apart from the first
    const twice = await execa("curl", ["-sSv", ...trust, `${url}seen`, `${url}seen`]);
    expect(twice.stderr).toMatch(/Re-using existing connection/);
  },

  undici: async ({ url, ca }) => {
    await using agent = closing(
      new Agent({ connections: 4, pipelining: 4, ...(ca ? { connect: { ca: ca.text } } : {}) }),
    );
    const ask = async (): Promise<unknown> =>
      (await request(`${url}seen`, { dispatcher: agent.it })).body.json();
    const { hostname, protocol } = new URL(url);
    for (const seen of await Promise.all(Array.from({ length: 40 }, ask)))
      expect(seen).toEqual({
        scheme: protocol.slice(0, -1),
        client: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
        host: hostname,
      });
  },

  ws: async ({ url, ca }) => {
    const socket = new WebSocket(new URL("chat", url.replace(/^http/, "ws")), ca ? { ca: ca.text } : {});
    const said: string[] = [];
    const done = new Promise<number>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", resolve);
    });
    socket.once("open", () => socket.send("first"));
    socket.on("message", (message: Buffer) => {
      said.push(message.toString());
      if (said.length === 2) socket.send("y".repeat(200_000));
      if (said.length === 3) socket.close(1000);
    });
    expect(await done).toBe(1000);
    expect(said).toEqual([`hello over ${new URL(url).protocol.slice(0, -1)}`, "first", "y".repeat(200_000)]);
  },

  "headless Chromium": async ({ url, ca }) => {
    const browser = await chromium.launch({
      executablePath: (await execa("sh", ["-c", "command -v chromium"])).stdout,
      // the tests may run as root, where Chromium's own sandbox does not start
      args: [
        "--no-sandbox",
        ...(ca ? [`--ignore-certificate-errors-spki-list=${await keyBehind(url, ca.text)}`] : []),
      ],
    });
    try {
      const page = await browser.newPage();
      const answer = await page.goto(url);
      expect(answer?.status()).toBe(200);
      await page.getByText("from the page").waitFor();
      expect(await page.locator("#said li").allTextContents()).toEqual([
        `hello over ${new URL(url).protocol.slice(0, -1)}`,
        "from the page",
      ]);
    } finally {
      await browser.close();
    }
  },
};

/** The key of the certificate at that address, which the authority vouches for: the one that Chromium is told to take. */
async function keyBehind(url: string, ca: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), servername: hostname, ca });
  await once(socket, "secureConnect");
  const key = new X509Certificate(socket.getPeerCertificate().raw).publicKey;
  socket.destroy();
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("base64");
}

function closing(agent: Agent): { readonly it: Agent } & AsyncDisposable {
  return { it: agent, [Symbol.asyncDispose]: () => agent.destroy() };
}
