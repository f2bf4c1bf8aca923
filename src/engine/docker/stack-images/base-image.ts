import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import type Docker from "dockerode";
import { execa } from "execa";
import { fail, ok, type Result } from "../../../kernel/result.ts";
import type { EngineFailure } from "../../failure.ts";
import { attempt, reasonOf, statusOf } from "../engine-trouble.ts";
import type { HostSettings } from "./host-settings.ts";
import { importTar, pull } from "./image-streams.ts";
import { STACK_MARK } from "./references.ts";

/** A bare system to make the run image from. */
export interface BaseImage extends AsyncDisposable {
  /** slim: Python is in /usr/local. debian: Python comes from the suite's packages. */
  readonly way: "slim" | "debian";
  readonly image: string;
}

export interface BaseRequest {
  readonly minor: string;
  readonly suite: string;
  readonly settings: HostSettings;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** From a registry where one answers, else from Debian's packages, as far as this machine can. */
export async function openBase(
  docker: Docker,
  request: BaseRequest,
): Promise<Result<BaseImage, EngineFailure>> {
  const slim = `python:${request.minor}-slim`;
  if (await isHere(docker, slim)) return ok(keptBase(slim));
  request.onProgress(`Asking a registry for ${slim}`);
  const refusal = await pull(docker, slim, request.signal);
  if (refusal === undefined) return ok(keptBase(slim));
  request.onProgress(`No registry gives ${slim} (${refusal}): Debian's packages instead (${request.suite})`);
  const obstacle = obstacleToBootstrap();
  if (obstacle !== undefined) return fail(unmakable(request, [refusal], `${refusal}; and ${obstacle}`));
  return await bootstrap(docker, request);
}

/** The user's own image, and perhaps wanted elsewhere: it stays. */
function keptBase(image: string): BaseImage {
  return { way: "slim", image, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function isHere(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** Why a Debian cannot be made here, and what would let it; undefined when it can. */
function obstacleToBootstrap(): string | undefined {
  if (!isInstalled("apt-get"))
    return "without a registry the base images can be made on Debian or Ubuntu only: let the engine reach a registry, or copy the images from a machine that has them (docker save, docker load)";
  if (!isInstalled("mmdebstrap"))
    return "mmdebstrap is not installed: apt-get install mmdebstrap debian-archive-keyring, or let the engine reach a registry";
  if (userInfo().uid !== 0)
    return "without a registry the base images can be made by root only: run `dynosim images build` once as root";
  return undefined;
}

function isInstalled(program: string): boolean {
  return ["/usr/bin", "/usr/local/bin", "/usr/sbin", "/bin"].some((folder) =>
    existsSync(`${folder}/${program}`),
  );
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** A minimal Debian straight into the engine; no file on the way. engine.md 12 */
async function bootstrap(docker: Docker, request: BaseRequest): Promise<Result<BaseImage, EngineFailure>> {
  const { suite, settings } = request;
  request.onProgress(`Unpacking a minimal Debian ${suite} from ${settings.mirror}`);
  const log: string[] = [];
  const child = execa("mmdebstrap", bootstrapArguments(suite, settings), {
    reject: false,
    buffer: { stdout: false, stderr: true },
    stdin: "ignore",
    env: settings.proxies,
    ...(request.signal && { cancelSignal: request.signal }),
  });
  const imported = await attempt("import the base system", () =>
    importTar(docker, child.stdout, [`LABEL dynosim=${STACK_MARK} dynosim.minor=${request.minor}`]),
  );
  // The engine may refuse early: nobody reads then, and the child would wait for ever.
  if (!imported.ok) child.kill();
  const ended = await child;
  log.push(...ended.stderr.split("\n").slice(-20));
  const drop = (): Promise<void> => removeQuietly(docker, imported);
  if (ended.failed && !(ended.isTerminated && !imported.ok)) {
    await drop();
    return fail(
      unmakable(request, log, request.signal?.aborted ? "interrupted" : `mmdebstrap: ${lastWords(log)}`),
    );
  }
  if (!imported.ok) return imported;
  return ok({ way: "debian", image: imported.value, [Symbol.asyncDispose]: drop });
}

async function removeQuietly(docker: Docker, image: Result<string, EngineFailure>): Promise<void> {
  if (!image.ok) return;
  try {
    await docker.getImage(image.value).remove();
  } catch (error) {
    // Layers that another image stands on stay with it; gone already is as good.
    if (statusOf(error) === undefined) throw new Error(reasonOf(error), { cause: error });
  }
}

function bootstrapArguments(suite: string, settings: HostSettings): readonly string[] {
  return [
    "--mode=root",
    "--variant=minbase",
    "--format=tar",
    ...(existsSync(KEYRING) ? [`--keyring=${KEYRING}`] : []),
    ...['Acquire::Languages "none";', ...settings.aptOptions].map((option) => `--aptopt=${option}`),
    ...["doc", "man", "info", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    suite,
    "-",
    `deb ${settings.mirror} ${suite} main`,
  ];
}

function unmakable(request: BaseRequest, log: readonly string[], reason: string): EngineFailure {
  return { kind: "image-build-failed", image: `base of Python ${request.minor}`, reason, log };
}

function lastWords(log: readonly string[]): string {
  return (
    log.findLast((line) => line.startsWith("E: ")) ?? log.findLast((line) => line !== "") ?? "no reason given"
  );
}
