/**
 * Puts the built program into few files, with the small libraries that every command needs: Node takes longer to find and link
 * four hundred modules than an app takes to boot. What is large and seldom needed stays outside.
 *
 * The files lie as deep as those of dist/ do, since some look for others of the package from where they are.
 *
 *   node scripts/bundle.ts [FOLDER]    of what tsc has built: dist
 */
import { readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";

const ROOT = path.resolve(import.meta.dirname, "..");
const DIST = realpathSync(process.argv[2] ?? path.join(ROOT, "dist"));
const OUT = path.join(DIST, "bundle");
const OUTSIDE = [/^node:/, "fastify", "dockerode", "@peculiar/x509", "tar-fs"];
const ENTRIES = {
  main: path.join(DIST, "cli/main.js"),
  reaper: path.join(DIST, "engine/process/reaper.js"),
};

const bundle = await rolldown({
  cwd: ROOT,
  input: ENTRIES,
  external: OUTSIDE,
  platform: "node",
  onLog: (level, log) => {
    throw new Error(`bundle: ${level}: ${log.message}`);
  },
});
const { output } = await bundle.write({ dir: OUT, format: "esm", chunkFileNames: "[name]-[hash].js" });
await bundle.close();

const inside = new Set(
  output.flatMap((file) => (file.type === "chunk" ? file.moduleIds.flatMap(packageOf) : [])),
);
const licences = [...inside].toSorted().map((name) => `${name}\n\n${licenceOf(name)}`);
writeFileSync(path.join(OUT, "LICENSES"), licences.join(`\n${"-".repeat(80)}\n`));

/** The package that a module is of, if it is not ours. */
function packageOf(module: string): string[] {
  if (module.startsWith(`${DIST}/`)) return [];
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
  return name === undefined ? [] : [name];
}

function licenceOf(name: string): string {
  const folder = path.join(ROOT, "node_modules", name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`bundle: ${name} has no file with its licence`);
  return readFileSync(path.join(folder, file), "utf8").trim();
}
