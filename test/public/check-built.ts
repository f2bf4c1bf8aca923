/**
 * The built program imports no source: tsc 6.0.3 forgets to rewrite `import("./x.ts")` in a function with `using`.
 * Runs after each build, and proves on a planted file that it finds one.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const DIST = path.resolve(import.meta.dirname, "../../dist");
const SOURCE_IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"\.{1,2}\/[^"]+\.ts"/;

function importsSource(code: string): boolean {
  return SOURCE_IMPORT.test(code);
}

if (!importsSource('import("./planted.ts")') || !importsSource('import { x } from "../planted.ts";')) {
  console.error("build: the check for imports of sources finds nothing.");
  process.exit(1);
}
const files = globSync("**/*.js", { cwd: DIST });
const broken = files.filter((file) => importsSource(readFileSync(path.join(DIST, file), "utf8")));
for (const file of broken) console.error(`build: dist/${file} imports a source file`);
if (broken.length > 0 || files.length < 100) process.exit(1);
