/**
 * The engine's part of scripts/setup, on dynosim's own code.
 *
 *   engine.mjs answers        exit status 0 if a container engine answers, else 3 and why not on standard error
 *   engine.mjs images MINOR   makes the base images unless they are there, and starts a container of them.
 *                             3: it cannot be; 4: it could, were mmdebstrap here or this user root; 130: interrupted
 */
import { connect } from "../src/engine/docker/connect.ts";
import { DockerStackImages } from "../src/engine/docker/stack-images/stack-images.ts";
import { SystemClock } from "../src/kernel/system-clock.ts";

const [task, minor = "3.13"] = process.argv.slice(2);
const connection = await connect(process.env, new SystemClock());
if (!connection.ok) giveUp(3, connection.failure);
if (task === "images") await makeImages(connection.value.docker);
// A connection kept open to the engine would hold the process.
process.exit(0);

async function makeImages(docker) {
  const stack = new DockerStackImages(docker, new URL("../images/", import.meta.url), process.env);
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => interrupt.abort());
  const made = await stack.build(minor, (line) => console.log(`setup: ${line}`), interrupt.signal);
  if (interrupt.signal.aborted) process.exit(130);
  if (!made.ok)
    giveUp(/mmdebstrap is not installed|by root only/.test(made.failure.reason) ? 4 : 3, made.failure);
  await proveContainer(docker, stack.runImage(minor));
}

/** An engine may answer and yet not be able to start anything (inside a container, say). engine.md 13 */
async function proveContainer(docker, image) {
  const labels = { dynosim: "stack", "dynosim.kind": "stack-work", "dynosim.minor": minor };
  try {
    const container = await docker.createContainer({ Image: image, Cmd: ["true"], Labels: labels });
    try {
      await container.start();
      const { StatusCode } = await container.wait();
      if (StatusCode !== 0) throw new Error(`\`true\` ended with status ${StatusCode}`);
    } finally {
      await container.remove({ force: true, v: true });
    }
    const { Driver } = await docker.info();
    if (Driver === "vfs")
      console.error(
        "setup: the engine's storage driver is vfs: each start copies the whole image and takes seconds",
      );
  } catch (error) {
    console.error(`setup: the engine answers but cannot start a container: ${error.message}`);
    process.exit(3);
  }
}

function giveUp(status, failure) {
  if ("log" in failure) for (const line of failure.log) console.error(`  ${line}`);
  const words = failure.tried?.join("; ") ?? failure.reason ?? JSON.stringify(failure);
  console.error(`setup: ${failure.kind.replaceAll("-", " ")}: ${words}`);
  process.exit(status);
}
