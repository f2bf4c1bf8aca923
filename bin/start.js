import { existsSync } from "node:fs";

// In a checkout that has not been built Node runs the sources themselves.
const built = new URL("../dist/cli/main.js", import.meta.url);
const entry = existsSync(built) ? built : new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(entry.href);
process.exit(await main(process.argv.slice(2)));
