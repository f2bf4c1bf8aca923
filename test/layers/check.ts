/**
 * Holds the import law of dependency-cruiser.config.mjs against the code, and proves first that the check can fail:
 * in a copy of the code a few breaches are planted and must both be found.
 */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

/** Fewer modules than this would mean that the check had looked at nothing. */
const LEAST_MODULES = 60;
const ROOT = path.resolve(import.meta.dirname, "../..");

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

async function cruise(root: string): Promise<Report["summary"]> {
  const { stdout } = await execa(
    "depcruise",
    ["src", "--config", "dependency-cruiser.config.mjs", "--output-type", "json"],
    {
      cwd: root,
      preferLocal: true,
      localDir: ROOT,
      reject: false,
    },
  );
  return (JSON.parse(stdout) as Report).summary;
}

async function cruisePlanted(): Promise<Report["summary"]> {
  const copy = mkdtempSync(path.join(tmpdir(), "dynosim-layers-"));
  try {
    for (const part of ["src", "package.json", "tsconfig.json", "dependency-cruiser.config.mjs"]) {
      cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    symlinkSync(path.join(ROOT, "node_modules"), path.join(copy, "node_modules"));
    writeFileSync(path.join(copy, "src/router/planted.ts"), 'import "../formation/formation.ts";\n');
    writeFileSync(path.join(copy, "src/kernel/planted.ts"), 'import "node:fs";\nimport "execa";\n');
    writeFileSync(path.join(copy, "src/testing/planted.ts"), 'import "../api/server.ts";\n');
    writeFileSync(path.join(copy, "src/api/planted.ts"), 'import "../testing/create-dynosim.ts";\n');
    return await cruise(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const PLANTED = [
  "router-imports-upwards",
  "kernel-imports-node",
  "kernel-imports-package",
  "testing-imports-upwards",
  "api-imports-upwards",
];
const planted = (await cruisePlanted()).violations.map((violation) => violation.rule.name);
for (const rule of PLANTED) {
  if (!planted.includes(rule)) {
    console.error(`layers: the planted breach of ${rule} was not found: the check looks at nothing.`);
    process.exit(1);
  }
}

const { totalCruised, violations } = await cruise(ROOT);
for (const { from, to, rule } of violations) console.error(`layers: ${from} -> ${to}   (${rule.name})`);
if (totalCruised < LEAST_MODULES) console.error(`layers: only ${totalCruised} modules seen.`);
if (violations.length > 0 || totalCruised < LEAST_MODULES) process.exit(1);
console.log(`layers: ${totalCruised} modules, no breach; ${planted.length} planted breaches found.`);
