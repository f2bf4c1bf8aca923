import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  hostFiles,
  hostVariables,
  readHostSettings,
  withoutLoopback,
  type HostSettings,
} from "../../../src/engine/lent/host-settings.ts";
import type { Environment } from "../../../src/engine/environment.ts";

interface Host {
  /** Below the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly variables?: Environment;
}

/** Of a machine of which nothing is known but this; its system's own files count, and are left out by the reader. */
async function settingsOf({ files = {}, variables = {} }: Host): Promise<HostSettings> {
  const home = mkdtempSync(join(tmpdir(), "dynosim-test-home-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const here = Object.entries(variables).map(([name, value]) => [name, value?.replace("HOME", home)]);
  try {
    return await readHostSettings({ HOME: home, ...Object.fromEntries(here) });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** What a build finds, by path; without what this very machine has told it. */
function filesOf(host: HostSettings, offline = false): Readonly<Record<string, string>> {
  const plain = { ...host, authorities: undefined, apt: { mirror: "", options: [] } };
  return Object.fromEntries(hostFiles(plain, offline).map(({ path, content }) => [path, content.toString()]));
}

const PRIVATE = "https://me:s3cret@index.example/simple";

describe("a setting of this machine stands where the tool reads it in a build", () => {
  it.each<[what: string, host: Host, path: string, content: string]>([
    [
      "pip: an index, of the user's file",
      { files: { ".config/pip/pip.conf": `[global]\nindex-url = ${PRIVATE}\ntarget = /x\n` } },
      "etc/pip.conf",
      `[global]\nindex-url = ${PRIVATE}\n`,
    ],
    [
      "pip: several indexes, on lines of their own",
      {
        files: {
          ".pip/pip.conf":
            "[install]\nextra-index-url =\n    https://a.example/simple\n    https://b.example/simple\ntrusted-host: a.example\n",
        },
      },
      "etc/pip.conf",
      "[global]\nextra-index-url = https://a.example/simple\n    https://b.example/simple\ntrusted-host = a.example\n",
    ],
    [
      "pip: another section is another command's",
      {
        files: { ".pip/pip.conf": "[download]\nindex-url = https://a.example/simple\n[global]\nretries=1\n" },
      },
      "etc/pip.conf",
      "[global]\nretries = 1\n",
    ],
    [
      "pip: the file that is named wins, and a variable over it",
      {
        files: {
          ".pip/pip.conf": "[global]\ntimeout = 1\nretries = 1",
          "own.conf": "[global]\ntimeout=2\nretries=2",
        },
        variables: { PIP_CONFIG_FILE: "HOME/own.conf", PIP_RETRIES: "3" },
      },
      "etc/pip.conf",
      "[global]\ntimeout = 2\nretries = 3\n",
    ],
    [
      "pip: the file of a virtual environment, and a proxy",
      {
        files: { "venv/pip.conf": "[global]\nproxy = http://p.example:3128" },
        variables: { VIRTUAL_ENV: "HOME/venv" },
      },
      "etc/pip.conf",
      "[global]\nproxy = http://p.example:3128\n",
    ],
    [
      "pip: no file at all",
      {
        files: { ".pip/pip.conf": "[global]\ntimeout = 1" },
        variables: { PIP_CONFIG_FILE: "/dev/null", PIP_RETRIES: "4" },
      },
      "etc/pip.conf",
      "[global]\nretries = 4\n",
    ],
    [
      "uv: by its variables",
      {
        variables: { UV_INDEX: "us=https://a.example/simple", UV_DEFAULT_INDEX: "https://b.example/simple" },
      },
      "etc/uv/uv.toml",
      '[[index]]\nname = "us"\nurl = "https://a.example/simple"\n\n[[index]]\nurl = "https://b.example/simple"\ndefault = true\n',
    ],
    [
      "uv: of the user's file, and nothing else of it",
      {
        files: {
          ".config/uv/uv.toml":
            'cache-dir = "/x"\nextra-index-url = [\n  "https://a.example/simple",\n]\n[[index]]\nname = "us"\nurl = "https://b.example/simple"\nexplicit = true\n[pip]\nindex-url = "https://no.example"\n',
        },
      },
      "etc/uv/uv.toml",
      'extra-index-url = [\n  "https://a.example/simple",\n]\n\n[[index]]\nname = "us"\nurl = "https://b.example/simple"\nexplicit = true\n',
    ],
    [
      "npm: registries, and what logs in there",
      {
        files: {
          ".npmrc":
            '; a comment\nregistry = "https://npm.example/all"\n@us:registry=https://us.example/npm/\n//us.example/npm/:_authToken=${NPM_TOKEN}\n//other.example/:_authToken=other\n_auth=old\nsave-exact=true\n',
        },
        variables: { NPM_TOKEN: "t0ken" },
      },
      "etc/npmrc",
      "registry=https://npm.example/all\n@us:registry=https://us.example/npm/\n//us.example/npm/:_authToken=t0ken\n",
    ],
    [
      "npm: a name and password in the address",
      { files: { ".npmrc": "registry=https://me:s3cret@npm.example/" } },
      "etc/npmrc",
      `registry=https://npm.example/\n//npm.example/:_auth=${Buffer.from("me:s3cret").toString("base64")}\n`,
    ],
    [
      "npm: proxies, and a variable that wins",
      {
        files: {
          ".npmrc":
            "https-proxy=http://p.example:3128\nnoproxy=a.example\nstrict-ssl=false\nregistry=https://a.example/",
        },
        variables: { npm_config_registry: "https://b.example/" },
      },
      "etc/npmrc",
      "https-proxy=http://p.example:3128\nnoproxy=a.example\nstrict-ssl=false\nregistry=https://b.example/\n",
    ],
    [
      "Yarn 1 and pnpm: the same in a place of the user's",
      { files: { ".npmrc": "registry=https://npm.example/" } },
      "etc/dynosim/npmrc",
      "registry=https://npm.example/\n",
    ],
    [
      "Yarn from 2 on: of the user's file and its variables",
      {
        files: {
          ".yarnrc.yml":
            'npmRegistryServer: "https://npm.example"\nnpmScopes:\n  us:\n    npmAuthToken: "${TOKEN:-none}"\nnodeLinker: pnp\n',
        },
        variables: { TOKEN: "t0ken", YARN_NPM_AUTH_TOKEN: "other" },
      },
      ".yarnrc.yml",
      'npmRegistryServer: "https://npm.example"\nnpmScopes:\n  us:\n    npmAuthToken: "t0ken"\nnpmAuthToken: "other"\n',
    ],
    [
      "Poetry: names and passwords of its file and its variables",
      {
        files: { ".config/pypoetry/auth.toml": '[http-basic.us]\nusername = "me"\npassword = "s3cret"\n' },
        variables: { POETRY_HTTP_BASIC_MORE_USERNAME: "me", POETRY_HTTP_BASIC_MORE_PASSWORD: 'a"b' },
      },
      "etc/dynosim/pypoetry/auth.toml",
      '[http-basic."us"]\nusername = "me"\npassword = "s3cret"\n\n[http-basic."more"]\nusername = "me"\npassword = "a\\"b"\n',
    ],
    [
      "netrc: the hosts of indexes alone",
      {
        files: {
          ".netrc":
            "machine a.example login me password s3cret\nmachine github.com\n  login x password y\ndefault login z password z\n",
          ".pip/pip.conf": "[global]\nextra-index-url = https://a.example/simple",
        },
      },
      "etc/dynosim/netrc",
      "machine a.example login me password s3cret\n",
    ],
  ])("%s", async (_, host, path, content) => {
    expect(filesOf(await settingsOf(host))[path]).toBe(content);
  });

  it("nothing set, no file", async () => {
    expect(filesOf(await settingsOf({ variables: { PIP_CONFIG_FILE: "/dev/null" } }))).not.toHaveProperty([
      "etc/pip.conf",
    ]);
    expect(filesOf(await settingsOf({}))).not.toHaveProperty([".yarnrc.yml"]);
  });
});

it("in an offline build no tool asks a network", async () => {
  const host = await settingsOf({ variables: { PIP_CONFIG_FILE: "/dev/null" } });
  expect(filesOf(host, true)).toMatchObject({
    "etc/pip.conf": "[global]\nno-index = true\n",
    "etc/uv/uv.toml": "offline = true\n",
    "etc/npmrc": expect.stringMatching(/^offline=true$/m) as unknown,
    ".yarnrc.yml": "enableNetwork: false\nenableTelemetry: false\n",
  });
});

it("variables name places, and no password", async () => {
  const host = await settingsOf({
    files: { ".netrc": "machine index.example login me password s3cret" },
    variables: {
      PIP_INDEX_URL: PRIVATE,
      POETRY_HTTP_BASIC_US_PASSWORD: "s3cret",
      NPM_TOKEN: "s3cret",
      HTTPS_PROXY: "http://p.example:3128",
      ALL_PROXY: "",
    },
  });
  expect(hostVariables({ ...host, authorities: Buffer.from("CA") })).toEqual({
    HTTPS_PROXY: "http://p.example:3128",
    NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/ca-certificates.crt",
    REQUESTS_CA_BUNDLE: "/etc/ssl/certs/ca-certificates.crt",
    NETRC: "/etc/dynosim/netrc",
    POETRY_CONFIG_DIR: "/etc/dynosim/pypoetry",
  });
});

describe("what leads to this machine's loopback", () => {
  it.each<[host: Host, loopback: string[]]>([
    [{ variables: { HTTPS_PROXY: "http://p.example:3128" } }, []],
    [{ variables: { HTTPS_PROXY: "http://127.0.0.1:3128" } }, ["HTTPS_PROXY"]],
    [{ variables: { http_proxy: "localhost:3128", no_proxy: "localhost" } }, ["http_proxy"]],
    [{ variables: { ALL_PROXY: "socks5://[::1]:1080" } }, ["ALL_PROXY"]],
    [{ variables: { HTTP_PROXY: "" } }, []],
    [{ variables: { PIP_INDEX_URL: "http://me:pw@localhost:8080/simple" } }, ["index-url (pip)"]],
    [{ variables: { PIP_TRUSTED_HOST: "localhost" } }, []],
    [{ variables: { PIP_INDEX_URL: "https://localhost.example/simple" } }, []],
    [{ variables: { UV_INDEX: "http://127.0.0.1:1/simple" } }, ["an index of uv"]],
    [{ files: { ".npmrc": "registry=http://localhost:4873/" } }, ["registry (npm)"]],
    [
      { files: { ".yarnrc.yml": "npmScopes: { us: { npmRegistryServer: 'http://127.0.0.1:1' } }" } },
      ["npmScopes (Yarn)"],
    ],
  ])("%j", async (host, loopback) => {
    const settings = await settingsOf(host);
    expect(settings.loopback).toEqual(loopback);
    const left = withoutLoopback(settings);
    expect(
      JSON.stringify([left.pip, left.uv.top, left.uv.tables, left.npm, left.yarn, left.proxies]),
    ).not.toMatch(/:\/\/[^"]*(?:localhost:|127\.|::1)/);
  });
});

describe("what is not passed on, and what only this machine knows", () => {
  it.each<[host: Host, withheld: string[], sources: string[]]>([
    [{ variables: { PIP_FIND_LINKS: "/opt/wheels" } }, ["PIP_FIND_LINKS"], []],
    [{ variables: { PIP_FIND_LINKS: "/opt/wheels https://wheels.example/" } }, ["PIP_FIND_LINKS"], []],
    [{ variables: { PIP_INDEX_URL: "file:///srv/simple" } }, ["PIP_INDEX_URL"], []],
    [{ variables: { PIP_CLIENT_CERT: "/c.pem" } }, ["PIP_CLIENT_CERT"], []],
    [{ files: { ".pip/pip.conf": "[global]\nclient-cert=/c.pem" } }, ["client-cert (pip)"], []],
    [{ files: { ".npmrc": "//a.example/:certfile=/c.pem" } }, ["//a.example/:certfile (npm)"], []],
    [{ variables: { PIP_INDEX_URL: "https://mirror.example/simple" } }, [], []],
    [{ variables: { PIP_INDEX_URL: PRIVATE } }, [], ["https://index.example/simple"]],
    [{ variables: { PIP_EXTRA_INDEX_URL: "https://pypi.org/simple" } }, [], []],
    [{ variables: { PIP_EXTRA_INDEX_URL: PRIVATE } }, [], ["https://index.example/simple"]],
    [{ variables: { UV_INDEX: `us=${PRIVATE}` } }, [], ["https://index.example/simple"]],
    [{ files: { ".npmrc": "@us:registry=https://us.example/" } }, [], ["https://us.example/"]],
  ])("%j", async (host, withheld, sources) => {
    const settings = await settingsOf(host);
    expect(settings.withheld.map(({ setting }) => setting)).toEqual(withheld);
    expect(settings.privateSources.map(({ url }) => url)).toEqual(sources);
  });
});

it("certificate authorities that single tools trust are in the one bundle", async () => {
  const one = "-----BEGIN CERTIFICATE-----\nb25l\n-----END CERTIFICATE-----";
  const two = "-----BEGIN CERTIFICATE-----\ndHdv\n-----END CERTIFICATE-----";
  const files = { "one.pem": one, "two.pem": `${two}\n${one}\n` };
  const all = await settingsOf({
    files: { ...files, ".gitconfig": "[http]\n\tsslCAInfo = ~/one.pem\n" },
    variables: { SSL_CERT_FILE: "HOME/one.pem", PIP_CERT: "HOME/two.pem" },
  });
  const bundle = all.authorities?.toString() ?? "";
  expect(bundle.startsWith(`${one}\n${two}\n`)).toBe(true);
  expect(bundle.split(one)).toHaveLength(2);
  const more = await settingsOf({ files: { ...files, ".gitconfig": "[http]\n\tsslCAInfo = ~/two.pem\n" } });
  expect(more.authorities?.toString()).toContain(two);
});
