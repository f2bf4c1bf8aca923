import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// What V8 made of the sources last time: half of the time that a command takes. A folder that cannot be written
// to is no trouble, it is then compiled anew.
const caches = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), ".cache");
enableCompileCache(join(caches, "dynosim", "compile"));

// In a checkout that has not been built Node runs the sources themselves.
const built = new URL("../dist/cli/main.js", import.meta.url);
const entry = existsSync(built) ? built : new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(entry.href);
process.exit(await main(process.argv.slice(2)));
