import type Docker from "dockerode";
import { fail, ok, type Result } from "../../../kernel/result.ts";
import type { EngineFailure } from "../../failure.ts";
import { openBase, type BaseImage } from "./base-image.ts";
import { APT_OPTIONS_PATH } from "../../lent/apt.ts";
import { CERTIFICATES_PATH, lentFiles, type HostSettings } from "./host-settings.ts";
import { importTar } from "./image-streams.ts";
import type { Recipes } from "./recipes.ts";
import { STACK_MARK } from "./references.ts";
import { Workshop } from "./workshop.ts";

export interface PairRequest {
  readonly minor: string;
  readonly suite: string;
  readonly recipes: Recipes;
  readonly settings: HostSettings;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Ids of the two images, complete and without a name yet. */
export interface Pair {
  readonly run: string;
  readonly build: string;
}

const RECIPES_PATH = "opt/dynosim-recipe";
const LOG_TAIL = 40;
/** dpkg wants the folders for root's programs, which a dyno's PATH has not. */
const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Base system, run image from it, build image on top of the run image. Throws what the engine refuses. */
export async function makePair(docker: Docker, request: PairRequest): Promise<Result<Pair, EngineFailure>> {
  const base = await openBase(docker, request);
  if (!base.ok) return base;
  await using opened = base.value;
  const run = await makeRunImage(docker, request, opened);
  if (!run.ok) return run;
  const build = await makeBuildImage(docker, request, opened, run.value);
  if (!build.ok) {
    await docker.getImage(run.value).remove();
    return build;
  }
  return ok({ run: run.value, build: build.value });
}

/** Flattened into one layer: what slim brought and the run image must not have is really gone. */
async function makeRunImage(
  docker: Docker,
  request: PairRequest,
  base: BaseImage,
): Promise<Result<string, EngineFailure>> {
  request.onProgress("Run image: installing the libraries that dynos have");
  await using workshop = await openWorkshop(docker, request, base.image);
  const done = await provision(workshop, request, "run", ["provision-run.sh"]);
  if (!done.ok) return done;
  request.onProgress("Run image: packing");
  return ok(await importTar(docker, await workshop.export(), imageChanges(request, "run")));
}

async function makeBuildImage(
  docker: Docker,
  request: PairRequest,
  base: BaseImage,
  runImage: string,
): Promise<Result<string, EngineFailure>> {
  request.onProgress(`Build image: adding compilers, headers, git and Python ${request.minor}`);
  await using workshop = await openWorkshop(docker, request, runImage);
  if (base.way === "slim") await copyPython(docker, request, base.image, workshop);
  const done = await provision(workshop, request, "build", ["provision-build.sh", request.minor, base.way]);
  if (!done.ok) return done;
  request.onProgress("Build image: packing");
  return ok(await workshop.commit(imageChanges(request, "build")));
}

/** From the untouched base, as the run image has lost it. */
async function copyPython(
  docker: Docker,
  request: PairRequest,
  image: string,
  workshop: Workshop,
): Promise<void> {
  await using source = await Workshop.open(docker, { ...request, image, hostNetwork: false });
  await run(workshop, ["mkdir", "-p", "/opt/dynosim"]);
  await workshop.unpack(await source.read("/usr/local"), "/opt/dynosim");
  await run(workshop, ["mv", "/opt/dynosim/local", "/opt/dynosim/slim"]);
}

async function openWorkshop(docker: Docker, request: PairRequest, image: string): Promise<Workshop> {
  const { minor, settings, recipes, signal } = request;
  const { hostNetwork } = settings;
  const workshop = await Workshop.open(docker, { image, minor, hostNetwork, signal });
  const scripts = recipes.files.map((file) => ({
    ...file,
    path: `${RECIPES_PATH}/${file.path}`,
    mode: 0o755,
  }));
  await workshop.put([...scripts, ...lentFiles(settings)], "/");
  return workshop;
}

/** Runs a script of the recipes, then takes everything away again that was lent for it. */
async function provision(
  workshop: Workshop,
  request: PairRequest,
  role: "run" | "build",
  script: readonly string[],
): Promise<Result<void, EngineFailure>> {
  const log: string[] = [];
  const onLine = (line: string): void => {
    if (line.startsWith("Fetched ")) request.onProgress(`  ${line}`);
    if (log.push(line) > LOG_TAIL) log.shift();
  };
  const [name, ...rest] = script;
  const status = await workshop.run({
    argv: ["sh", `/${RECIPES_PATH}/${name}`, ...rest],
    env: { ...request.settings.proxies, PATH: ROOT_PATH, DYNOSIM_MIRROR: request.settings.mirror },
    onLine,
  });
  if (request.signal?.aborted || status !== 0)
    return fail({
      kind: "image-build-failed",
      image: `dynosim/stack-${role} for Python ${request.minor}`,
      reason: request.signal?.aborted ? "interrupted" : `${name} ended with status ${status}`,
      log,
    });
  await run(workshop, ["rm", "-rf", `/${RECIPES_PATH}`, `/${APT_OPTIONS_PATH}`, `/${CERTIFICATES_PATH}`]);
  // mmdebstrap leaves the options that it was given.
  await run(workshop, ["rm", "-f", "/etc/apt/apt.conf.d/99mmdebstrap", "/etc/dpkg/dpkg.cfg.d/99mmdebstrap"]);
  return ok();
}

async function run(workshop: Workshop, argv: readonly [string, ...string[]]): Promise<void> {
  const status = await workshop.run({ argv, env: {}, onLine: () => undefined });
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with status ${status}`);
}

/** What the image says of itself: Heroku's base PATH (heroku.md 5.2), the app's folder, our labels. */
function imageChanges(request: PairRequest, role: "run" | "build"): readonly string[] {
  const labels = {
    dynosim: STACK_MARK,
    "dynosim.kind": STACK_MARK,
    "dynosim.minor": request.minor,
    "dynosim.role": role,
    "dynosim.recipe": request.recipes.hash,
  };
  return [
    "ENV PATH=/usr/local/bin:/usr/bin:/bin",
    "ENV LANG=C.UTF-8",
    "WORKDIR /app",
    'CMD ["bash"]',
    // A build begins as root, to own its cache; a dyno never is.
    role === "run" ? "USER heroku" : "USER root",
    ...Object.entries(labels).map(([name, value]) => `LABEL ${name}=${value}`),
  ];
}
