import { PassThrough, pipeline, type Readable } from "node:stream";
import { callbackify } from "node:util";
import type Docker from "dockerode";
import type { ImageId } from "../../heroku/names.ts";
import type { BakeSpec, Extended } from "../build-box.ts";
import { ignoring } from "./engine-trouble.ts";
import { lastingLabels, makerLabels, passingLabels, type Maker } from "./labels.ts";
import { pourInto } from "./pour.ts";
import { enterUser } from "./user-entry.ts";

/**
 * The slug as one layer on the run image, through a container that never runs: so the layer holds /app and nothing
 * else, and the layer of every dyno starts empty. engine.md 4
 */
export async function bakeImage(
  docker: Docker,
  runImage: string,
  spec: BakeSpec,
  maker: Maker,
  leave: (container: Docker.Container) => void,
): Promise<ImageId> {
  const labelled = passingLabels(spec.label, "slug", maker);
  const container = spec.onto
    ? await without(docker, spec.onto, labelled)
    : await idleContainer(docker, runImage, labelled);
  try {
    // what it extends has it already
    if (spec.images !== undefined && !spec.onto) await enterUser(container);
    await pourInto(container, spec.tree, "/");
    const labels = Object.entries(lastingLabels(spec.label, "slug"));
    const committed = (await container.commit({
      repo: `dynosim/${spec.label.app}`,
      tag: `v${spec.release}-${container.id.slice(0, 8)}`,
      changes: [
        "ENV HOME=/app",
        "WORKDIR /app",
        "USER 1000",
        'CMD ["true"]',
        ...labels.map(([name, value]) => `LABEL ${name}=${value}`),
      ].join("\n"),
    })) as { readonly Id: string };
    return committed.Id as ImageId;
  } finally {
    leave(container);
  }
}

/** Layers that may lie on the run image: each costs a look-up, and the kernel's limit is some hundred. engine.md 4 */
const MOST_LAYERS = 20;

/** Does this release image stand on that run image, with room for one more layer? */
export async function mayExtend(docker: Docker, image: ImageId, runImage: string): Promise<boolean> {
  const [release, run] = await Promise.all([
    docker.getImage(image).inspect(),
    docker.getImage(runImage).inspect(),
  ]);
  const below = run.RootFS.Layers ?? [];
  const layers = release.RootFS.Layers ?? [];
  return below.every((layer, index) => layers[index] === layer) && layers.length - below.length < MOST_LAYERS;
}

/** A container of the former release without what is to go; archives cannot delete, so where there is any, rm runs. */
async function without(
  docker: Docker,
  { image, removed }: Extended,
  labels: Readonly<Record<string, string>>,
): Promise<Docker.Container> {
  const paths = removed.map((path) => `/app/${path}`);
  const container = await idleContainer(docker, image, labels, ["rm", "-rf", "--", ...paths]);
  if (removed.length === 0) return container;
  try {
    const ended = container.wait({ condition: "next-exit" }) as Promise<{ readonly StatusCode: number }>;
    await container.start();
    const { StatusCode } = await ended;
    if (StatusCode !== 0) throw new Error(`rm ended with ${StatusCode}`);
    return container;
  } catch (error) {
    await ignoring([404, 409], () => container.remove({ force: true }));
    throw error;
  }
}

/** A tar stream of /app; the container it comes from goes when the stream ends or is destroyed. */
export async function slugOf(docker: Docker, image: ImageId, maker: Maker): Promise<Readable> {
  const { Config } = await docker.getImage(image).inspect();
  const container = await idleContainer(docker, image, { ...Config.Labels, ...makerLabels(maker) });
  const remove = (): Promise<void> => ignoring([404, 409], () => container.remove({ force: true }));
  try {
    const archive = (await container.getArchive({ path: "/app" })) as Readable;
    return removedAtEnd(archive, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The reader's end comes after the removal: an image cannot be removed while a container of it is there. */
function removedAtEnd(archive: Readable, remove: () => Promise<void>): Readable {
  const gone = callbackify((): Promise<void> => remove().catch(() => {}));
  const slug = new PassThrough({
    flush: (done) => gone(done),
    destroy: (error, done) => gone(() => done(error)),
  });
  // Passes on, in both directions, that one of them broke off; the reader of `slug` gets the error.
  pipeline(archive, slug, () => {});
  return slug;
}

function idleContainer(
  docker: Docker,
  image: string,
  labels: Readonly<Record<string, string>>,
  command: string[] = ["true"],
): Promise<Docker.Container> {
  return docker.createContainer({
    Image: image,
    // a release image names the dyno's user; what is removed may be anybody's
    User: "0:0",
    Entrypoint: [],
    Cmd: command,
    Labels: { ...labels },
    HostConfig: { NetworkMode: "none" },
  });
}
