import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { execa } from "execa";
import { RUNNER } from "../../src/engine/dyno-runner.ts";
import { firstOk } from "./first-answer.ts";

const PORT = "5000";
/** On every step of a build, so that what a build that failed leaves is found too. */
export const BENCH_LABEL: string = `dynosim.bench=${process.pid}`;

/** The docker command line with an own bridge, as each app of dynosim has one. */
export class Docker implements AsyncDisposable {
  readonly #name = `dynosim-bench-${randomUUID().slice(0, 8)}`;
  #builds = 0;

  static async open(): Promise<Docker> {
    const docker = new Docker();
    await execa("docker", ["network", "create", docker.#name]);
    return docker;
  }

  /** `docker run` of a Procfile command as a dyno runs it, `.profile.d` first, and the app's own boot to its first 200. */
  run(image: string, command: string): Promise<RunningContainer> {
    return this.runArgv(image, ["bash", "-c", RUNNER, "dyno", command]);
  }

  async runArgv(image: string, argv: readonly string[]): Promise<RunningContainer> {
    const begun = performance.now();
    // 512 MB as an eco dyno: the scripts of the buildpack choose the number of workers by it
    const options = ["--network", this.#name, "--memory", "512m"];
    const variables = [`PORT=${PORT}`, "DYNO=web.1", "WEB_CONCURRENCY=2"].flatMap((pair) => ["-e", pair]);
    const { stdout: id } = await execa("docker", ["run", "-d", ...options, ...variables, image, ...argv]);
    const container = new RunningContainer(id);
    try {
      const { stdout: address } = await execa("docker", ["inspect", "-f", ADDRESS, id]);
      container.url = `http://${address.trim()}:${PORT}/`;
      await firstOk(container.url);
      container.milliseconds = performance.now() - begun;
      return container;
    } catch (error) {
      await container[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A container that waits for a line; timed from that line to the first 200: the app's own boot, and nothing else. */
  async runWaiting(image: string, command: string): Promise<RunningContainer> {
    const name = `${this.#name}-${randomUUID().slice(0, 8)}`;
    const options = ["--name", name, "--network", this.#name, "--memory", "512m"];
    const variables = [`PORT=${PORT}`, "DYNO=web.1", "WEB_CONCURRENCY=2"].flatMap((pair) => ["-e", pair]);
    const script = `echo waits; read; ${RUNNER}`;
    const run = execa(
      "docker",
      ["run", "-i", ...options, ...variables, image, "bash", "-c", script, "dyno", command],
      { reject: false, buffer: false, stderr: "ignore" },
    );
    await once(run.stdout, "data");
    run.stdout.resume();
    const container = new RunningContainer(name);
    const { stdout: address } = await execa("docker", ["inspect", "-f", ADDRESS, name]);
    container.url = `http://${address.trim()}:${PORT}/`;
    const begun = performance.now();
    run.stdin.write("\n");
    await firstOk(container.url);
    container.milliseconds = performance.now() - begun;
    return container;
  }

  /** The classic builder: what is not BuildKit reuses a layer whose input is equal, and nothing else. */
  async build(context: string, dockerfile: string): Promise<string> {
    const tag = `${this.#name}:${++this.#builds}`;
    await execa("docker", ["build", "-q", "-f", dockerfile, "-t", tag, context], {
      env: { DOCKER_BUILDKIT: "0" },
    });
    return tag;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeBuilt();
    await execa("docker", ["network", "rm", this.#name], { reject: false });
  }
}

/** What one build left keeps what it was made from: newest first, and again until nothing goes. */
async function removeBuilt(): Promise<void> {
  for (let before = Number.POSITIVE_INFINITY; ;) {
    const { stdout } = await execa("docker", ["images", "-aq", "--filter", `label=${BENCH_LABEL}`]);
    const images = [...new Set(stdout.split("\n").filter((id) => id !== ""))];
    if (images.length === 0 || images.length >= before) return;
    before = images.length;
    await execa("docker", ["rmi", "-f", ...images], { reject: false });
  }
}

const ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";

export class RunningContainer implements AsyncDisposable {
  readonly id: string;
  url = "";
  /** From the start of `docker run` to the first 200. */
  milliseconds = 0;

  constructor(id: string) {
    this.id = id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execa("docker", ["rm", "-f", this.id]);
  }
}
