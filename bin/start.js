import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

// What V8 made of the sources last time: half of the time that a command takes. A folder that cannot be written
// to is no trouble, it is then compiled anew.
const caches = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), ".cache");
enableCompileCache(join(caches, "dynosim", "compile"));

// Else V8 lets the space for new objects grow to 50 MB and keeps it, though 1 MB of it is in use. Flags that a Node does
// not know are complained of on the terminal, so only those get it that are known to know it.
if (Number(process.versions.node.split(".")[0]) <= 24) setFlagsFromString("--semi-space-growth-factor=1");

// In a checkout that has not been built Node runs the sources themselves.
const built = new URL("../dist/bundle/main.js", import.meta.url);
const entry = existsSync(built) ? built : new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(entry.href);
process.exit(await main(process.argv.slice(2)));
