import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

let project: Project;
let app: RunningApp;
beforeAll(async () => {
  project = Project.example("httpbin");
  app = await project.up();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

interface Echo {
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
}

describe("httpbin, a program from outside, behind the router", () => {
  it("sees what Heroku's router adds (heroku.md 3.3)", async () => {
    const response = await app.fetch("/get?show_env=1", { headers: { "X-Forwarded-For": "203.0.113.7" } });
    const { headers } = (await response.json()) as Echo;
    expect(response.status).toBe(200);
    expect(headers).toMatchObject({
      "X-Forwarded-For": expect.stringMatching(/^203\.0\.113\.7, ?(127\.0\.0\.1|::1)$/),
      "X-Forwarded-Proto": "http",
      "X-Forwarded-Port": "80",
      Via: "1.1 heroku-router",
      "X-Request-Start": expect.stringMatching(/^\d{13}$/),
      "X-Request-Id": expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    expect(response.headers.get("via")).toBe("1.1 heroku-router");
    // gunicorn writes a line of its own with the same path, and either one may come first
    const line = await app.logged(`request_id=${headers["X-Request-Id"]}`);
    expect(line).toContain('path="/get?show_env=1"');
    expect(line).toMatch(
      /fwd="203\.0\.113\.7, (127\.0\.0\.1|::1)" dyno=web\.1 connect=\d+ms service=\d+ms status=200/,
    );
  });

  it.each([
    ["/status/418", {}, 418],
    ["/stream/3", {}, 200],
    ["/bytes/100000", {}, 200],
    ["/gzip", {}, 200],
    ["/redirect-to?url=%2Fget&status_code=302", { redirect: "manual" }, 302],
    ["/post", { method: "POST", body: "x".repeat(300_000) }, 200],
    ["/put", { method: "PUT", body: "small" }, 200],
    ["/nowhere", {}, 404],
  ] as const)("%s passes", async (path, init, status) => {
    const response = await app.fetch(path, init);
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  it("is answered for by Host <app>.localhost too, and by no other name", async () => {
    const { port } = new URL(app.url);
    const name = /\(app ([a-z0-9-]+)\)/.exec(app.stdout)?.[1];
    const asked = async (host: string): Promise<number> => {
      const { request } = await import("node:http");
      return new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/get", headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on("error", reject)
          .end();
      });
    };
    expect(await asked(`${name}.localhost:${port}`)).toBe(200);
    expect(await asked(`evil.example:${port}`)).toBe(404);
  });

  it("hears of HTTPS, on the same port, as behind Heroku's router", async () => {
    const url = app.url.replace("http:", "https:");
    // the first handshake makes the authority; nobody trusts it yet
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    const ca = join(project.state, "dynosim/certificates/ca.pem");
    const { stdout } = await execa("curl", ["-sS", "--fail", "--cacert", ca, `${url}/get?show_env=1`]);
    expect((JSON.parse(stdout) as Echo).headers).toMatchObject({
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Port": "443",
    });
    await app.logged(/path="\/get\?show_env=1" .* protocol=http1\.1 tls=true tls_version=unknown$/);
  });

  it("/drip with a delay of 40 s: H12 at 30 s, and the app's own access line about 10 s later", async () => {
    const path = "/drip?delay=40&duration=0&numbytes=1";
    const begun = Date.now();
    const response = await app.fetch(path);
    const waited = Date.now() - begun;
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("Application");
    expect(waited).toBeGreaterThanOrEqual(29_900);
    expect(waited).toBeLessThan(33_000);
    const line = await app.logged("code=H12");
    expect(line).toMatch(
      /^heroku\[router\]: at=error code=H12 desc="Request timeout" method=GET path="\/drip\?delay=40&duration=0&numbytes=1" .* dyno=web\.1 connect=\d+ms service=30\d{3}ms status=503 bytes=\d+ /,
    );
    await app.logged(/^app\[web\.1\]: .*"GET \/drip\?delay=40.* 200 1 /);
    const later = Date.now() - begun;
    expect(later).toBeGreaterThan(39_000);
    expect(later).toBeLessThan(50_000);
  });
});
