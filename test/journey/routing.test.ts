import { request } from "node:http";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

const APP = {
  Procfile: "web: python -m http.server $PORT\n",
  ".python-version": "3.13\n",
  "requirements.txt": "",
};

/** Status, and the title of the page. */
function ask(app: RunningApp, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(app.url, { headers: { Host: host }, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => {
        const title = /<title>(.*?)<\/title>/.exec(text)?.[1];
        resolve(`${response.statusCode ?? 0} ${title ?? ""}`);
      });
    });
    call.on("error", reject);
    call.end();
  });
}

/** Version of HTTP, status and curl's verdict on the certificate (0: trusted), for a custom domain over HTTPS. */
async function curl(app: RunningApp, authority: string, host: string): Promise<string> {
  const { port } = new URL(app.url);
  const known = ["--noproxy", "*", "--cacert", authority, "--resolve", `${host}:${port}:127.0.0.1`];
  const told = ["-o", "/dev/null", "-w", "%{http_version} %{http_code} %{ssl_verify_result}"];
  const { stdout } = await execa("curl", ["-sS", ...known, ...told, `https://${host}:${port}/`]);
  return stdout;
}

it("domains and maintenance: from the next request on, and after the next up", async () => {
  await using project = Project.of(APP);
  {
    await using app = await project.up("--port", "0");
    expect(await ask(app, "www.example.com")).toBe("404 No such app");
    await app.dynosim("domains:add", "www.example.com");
    expect(await ask(app, "www.example.com")).toMatch(/^200 /);
    await app.dynosim("certs:trust");
    const authority = join(project.state, "dynosim/certificates/ca.pem");
    expect(await curl(app, authority, "www.example.com")).toBe("2 200 0");
    await app.logged(
      / host=www\.example\.com .* status=200 .* protocol=http2\.0 tls=true tls_version=tls1\.3$/,
    );
    await app.dynosim("labs:enable", "http-disable-http2");
    expect(await curl(app, authority, "www.example.com")).toBe("1.1 200 0");
    expect((await app.dynosim("info")).stdout).toMatch(
      new RegExp(`^HTTPS URL: +${app.url.replace("http:", "https:")}$`, "m"),
    );
    const on = await app.dynosim("maintenance:on");
    expect(on.stderr).toMatch(/^Enabling maintenance mode for ⬢ \S+\.\.\. done$/);
    expect(await ask(app, "www.example.com")).toBe("503 Offline for Maintenance");
    await app.logged(
      /heroku\[router\]: at=info code=H80 desc="Maintenance mode" method=GET path="\/" host=www\.example\.com .* dyno= connect= service= status=503 bytes=\d+ /,
    );
    expect((await app.dynosim("ps")).stdout).toContain("web.1: up ");
    await app.dynosim("config:set", "MAINTENANCE_PAGE_URL=maintenance.html");
    await app.noticed(/^MAINTENANCE_PAGE_URL is no http or https URL/m);
  }
  await using app = await project.up("--port", "0");
  await app.noticed(/^Maintenance mode is on: each request gets the maintenance page \(H80\)\./m);
  expect(await ask(app, "www.example.com")).toBe("503 Offline for Maintenance");
  await app.dynosim("maintenance:off");
  expect(await ask(app, "www.example.com")).toMatch(/^200 /);
  await app.dynosim("domains:clear");
  expect(await ask(app, "www.example.com")).toBe("404 No such app");
});
