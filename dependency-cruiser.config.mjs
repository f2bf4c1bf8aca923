/**
 * The import law: who may import whom. A folder may import the folders named here, `kernel` and `heroku`,
 * and the foreign packages named here. `test/layers` proves that a breach is found.
 */
const LAW = {
  kernel: { folders: [], packages: [] },
  heroku: { folders: [], packages: [] },
  http: { folders: [], packages: [] },
  // git is asked by execa; only files under read-* touch the disk
  manifest: { folders: [], packages: ["execa", "tar-stream", "node:"] },
  engine: { folders: [], packages: ["dockerode", "tar-fs", "tar-stream", "execa", "node:"] },
  logplex: { folders: [], packages: [] },
  router: { folders: ["http"], packages: ["node:"] },
  // a release names its slug; both are plain values
  release: { folders: [], packages: ["node:crypto"] },
  dyno: { folders: ["engine"], packages: [] },
  slug: { folders: ["engine", "manifest", "release"], packages: ["node:", "tar-stream", "tar-fs", "yaml"] },
  formation: { folders: ["dyno", "router", "engine", "release"], packages: [] },
  platform: {
    folders: ["http", "manifest", "engine", "logplex", "router", "release", "dyno", "slug", "formation"],
    packages: ["node:", "pidusage", "@peculiar/x509"],
  },
  // the door of tests: the whole platform, with no command line and no HTTP between
  testing: { folders: ["platform"], packages: ["node:"] },
  api: { folders: ["platform"], packages: ["fastify", "node:"] },
  cli: { folders: ["platform", "api"], packages: ["commander", "undici", "node:"] },
};

/** What an engine can do, in files by noun; the engines themselves are in folders below. */
const ENGINE_PORT = "^src/engine/(engine|app-label|build-box|failure|launched|stack-images)\\.ts$";

const PORTS_ONLY = {
  // a port file and what it says, not the engines behind it
  dyno: ENGINE_PORT,
  slug: ENGINE_PORT,
  formation: `${ENGINE_PORT}|^src/router/(backends|dyno-life)\\.ts$|^src/(dyno|release)/`,
};

const forbidden = [{ name: "no-cycles", severity: "error", from: {}, to: { circular: true } }];

for (const [folder, { folders, packages }] of Object.entries(LAW)) {
  const allowed = [folder, ...folders, "kernel", ...(folder === "kernel" ? [] : ["heroku"])].join("|");
  forbidden.push({
    name: `${folder}-imports-upwards`,
    severity: "error",
    from: { path: `^src/${folder}/` },
    to: { path: "^src/", pathNot: `^src/(${allowed})/` },
  });
  if (PORTS_ONLY[folder] !== undefined) {
    forbidden.push({
      name: `${folder}-imports-past-a-port`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: "^src/(engine|router)/", pathNot: PORTS_ONLY[folder] },
    });
  }
  const core = packages.includes("node:");
  const nodeModules = packages.filter((name) => !name.startsWith("node:"));
  const coreModules = packages
    .filter((name) => name.startsWith("node:") && name !== "node:")
    .map((n) => n.slice(5));
  if (!core) {
    forbidden.push({
      name: `${folder}-imports-node`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: {
        dependencyTypes: ["core"],
        dependencyTypesNot: ["type-only"],
        pathNot: coreModules.map((n) => `^(node:)?${n}$`),
      },
    });
  }
  forbidden.push({
    name: `${folder}-imports-package`,
    severity: "error",
    from: { path: `^src/${folder}/` },
    to: {
      dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional", "npm-no-pkg", "npm-unknown"],
      pathNot: nodeModules.map((name) => `node_modules/(@types/)?${name}/`),
    },
  });
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node"] },
  },
};
