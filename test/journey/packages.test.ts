import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rotatingSlice } from "../rotating-slice.ts";
import { connectProxy, listening, npmRegistry, PrivateIndex } from "./index-servers.ts";
import { Project, type RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const SECRET = "s3cret-of-the-index";
const folder = mkdtempSync(join(tmpdir(), "dynosim-journey-conf-"));
const authority = join(folder, "authority.pem");
const pipConf = join(folder, "pip.conf");

let index: PrivateIndex;
let project: Project;
let app: RunningApp;

/** What this machine's pip is told. */
function tellPip(...lines: string[]): void {
  writeFileSync(pipConf, ["[global]", `cert = ${authority}`, ...lines, ""].join("\n"));
}

beforeAll(async () => {
  const made = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a test", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...made, "-keyout", join(folder, "key.pem"), "-out", authority], {
    stdio: "ignore",
  });
  index = await PrivateIndex.start(SECRET);
  tellPip(`extra-index-url = http://me:${SECRET}@127.0.0.1:${index.port}/simple`);
  project = stdlibApp("web: python server.py\n", {
    "requirements.txt": "secret-words==1.0\n",
    "words.py": "import secret_words; open('words.txt', 'w').write(secret_words.WORDS)\n",
    ".gitignore": ".dynosim\n",
  });
  project.write({
    Procfile: "web: python words.py && python server.py\n",
  });
  project.environment({ PIP_CONFIG_FILE: pipConf });
  await project.commit();
  app = await project.up();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
  await index[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Lines in which any of the marks stands, of what this shell command prints. */
function marked(command: string): string {
  const line = readFileSync(authority, "utf8").split("\n")[3] ?? "";
  const search = ["grep", "-a", "-c", "-F", "-e", SECRET, "-e", line].map((word) => `'${word}'`).join(" ");
  return spawnSync("bash", ["-o", "pipefail", "-c", `${command} | ${search}`], {
    encoding: "utf8",
  }).stdout.trim();
}

describe("a private index of this machine's pip, on its loopback", () => {
  it("gives its package, and is told of", async () => {
    expect(await (await app.fetch("/words.txt")).text()).toBe("from the private index");
    expect(app.stderr).toContain(
      "extra-index-url (pip) points to this machine's loopback address: the build stands in this machine's network, where that is reached.",
    );
    expect(app.stderr).toContain(
      `Packages may come from http://127.0.0.1:${index.port}/simple, which only the pip of this machine knows: on Heroku set PIP_EXTRA_INDEX_URL.`,
    );
  });

  it("keeps its password, and the authorities of this machine stay here: output, slug, image, cache", async () => {
    expect(app.stdout + app.stderr).not.toContain(SECRET);
    const { instance } = JSON.parse(readFileSync(join(project.folder, ".dynosim/state.json"), "utf8")) as {
      instance: string;
    };
    const label = `label=dynosim=${instance}`;
    const image = execFileSync("docker", ["images", "-q", "--filter", label], { encoding: "utf8" }).trim();
    const volume = execFileSync(
      "docker",
      ["volume", "ls", "-q", "--filter", label, "--filter", "label=dynosim.kind=cache"],
      { encoding: "utf8" },
    ).trim();
    expect(image).toMatch(/^[0-9a-f]+$/);
    expect(volume).toMatch(/^dynosim-cache-/);
    // that the search finds what there is to find
    expect(marked(`cat '${pipConf}' '${authority}'`)).toBe("2");
    expect(marked(`{ docker history --no-trunc ${image}; docker inspect ${image}; }`)).toBe("0");
    const box = execFileSync(
      "docker",
      ["create", "--label", `dynosim=${instance}`, "-v", `${volume}:/kept`, image, "true"],
      { encoding: "utf8" },
    ).trim();
    try {
      expect(marked(`docker export ${box}`)).toBe("0");
      expect(marked(`docker cp ${box}:/kept -`)).toBe("0");
    } finally {
      execFileSync("docker", ["rm", box]);
    }
  });

  it("is not needed for a changed line of source, without any network", async () => {
    project.write({ "words.py": "open('words.txt', 'w').write('offline')\n" });
    const built = await project.dynosim("build", "--offline");
    expect(built).toMatchObject({ exitCode: 0 });
    expect(built.stderr).toContain("       Requirement already satisfied: secret-words==1.0");
    expect(built.stderr).not.toContain("loopback");
  });

  it("without a network, what is missing is named", async () => {
    project.write({ "requirements.txt": "secret-words==1.1\n" });
    const built = await project.dynosim("build", "--offline");
    expect(built.exitCode).toBe(4);
    expect(built.stderr).toContain("Error: The offline build lacks secret-words==1.1.");
    expect(built.stderr).toContain("The cache cannot be used: The contents of requirements.txt changed.");
  });

  it("with a wrong password says so, and prints none", async () => {
    project.write({ "requirements.txt": "secret-words==1.0\n\n" });
    tellPip(`extra-index-url = http://me:wrong-${SECRET}@127.0.0.1:${index.port}/simple`);
    const built = await project.dynosim("build");
    expect(built.exitCode).toBe(4);
    expect(built.stderr).toContain(
      `pip found nothing at 127.0.0.1:${index.port}: it says so of what is not there, and also of a place that refuses the name and password or stops answering.`,
    );
    expect(built.stderr).not.toContain(SECRET);
  });
});

/** Of the rest some each day: they take downloads. */
const REST: readonly (readonly [what: string, test: () => Promise<void>])[] = [
  [
    "PIP_EXTRA_INDEX_URL, as on Heroku, leads to an index on this machine's bridge",
    async () => {
      const gateway = execFileSync(
        "docker",
        ["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"],
        { encoding: "utf8" },
      ).trim();
      tellPip(`trusted-host = ${gateway}`);
      await using other = stdlibApp("web: python server.py\n", { "requirements.txt": "secret-words==1.0\n" });
      other.environment({ PIP_CONFIG_FILE: pipConf });
      await other.commit();
      const url = `http://me:${SECRET}@${gateway}:${index.port}/simple`;
      const built = await other.dynosim("build", "--env", `PIP_EXTRA_INDEX_URL=${url}`);
      expect(built).toMatchObject({ exitCode: 0 });
      expect(built.stderr).toContain("Successfully installed secret-words-1.0");
      expect(built.stderr).not.toContain(SECRET);
    },
  ],
  [
    "a proxy on this machine's loopback sees what a build asks for",
    async () => {
      const asked: string[] = [];
      const proxy = connectProxy(asked);
      const url = `http://127.0.0.1:${await listening(proxy)}`;
      await using other = stdlibApp("web: python server.py\n", {
        "requirements.txt": "itsdangerous==2.2.0\n",
      });
      other.environment({ HTTPS_PROXY: url, https_proxy: url, NO_PROXY: "", no_proxy: "" });
      await other.commit();
      const built = await other.dynosim("build");
      proxy.close();
      expect(built).toMatchObject({ exitCode: 0 });
      expect(asked).toContainEqual(expect.stringMatching(/:443$/));
      expect(built.stderr).toContain("HTTPS_PROXY, https_proxy point to this machine's loopback address");
    },
  ],
  [
    "a scope's registry with a token, of this machine's npm; and again without a network",
    async () => {
      const token = "t0ken-of-the-registry";
      const registry = await npmRegistry(token);
      const address = `127.0.0.1:${await listening(registry)}`;
      const npmrc = join(folder, "npmrc");
      writeFileSync(npmrc, `@us:registry=http://${address}/\n//${address}/:_authToken=\${US_TOKEN}\n`);
      const manifest = {
        name: "x",
        version: "1.0.0",
        dependencies: { "@us/words": "1.0.0" },
        engines: { node: "22.x" },
      };
      await using other = Project.of({
        "package.json": JSON.stringify(manifest),
        "index.js": "console.log(require('@us/words'));\n",
        Procfile: "web: node index.js\n",
      });
      const settings = { NPM_CONFIG_USERCONFIG: npmrc, US_TOKEN: token };
      other.environment(settings);
      // not synchronous: the registry is in this process
      await execa("npm", ["install", "--package-lock-only", "--silent"], {
        cwd: other.folder,
        env: settings,
      });
      await other.commit();
      const built = await other.dynosim("build");
      registry.close();
      expect(built).toMatchObject({ exitCode: 0 });
      expect(built.stderr).toContain(
        `Packages of @us come from http://${address}/, which only the npm of this machine knows: for Heroku name it in an .npmrc of the app.`,
      );
      expect(built.stderr).not.toContain(token);
      other.write({ "index.js": "console.log(1);\n" });
      expect(await other.dynosim("build", "--offline")).toMatchObject({ exitCode: 0 });
    },
  ],
];

describe("the ways of this machine to packages", () => {
  it.each(rotatingSlice(REST, 1))("%s", async (_, test) => {
    await test();
  });
});
