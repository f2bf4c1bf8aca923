import { PassThrough, pipeline, type Readable } from "node:stream";
import { callbackify } from "node:util";
import type Docker from "dockerode";
import type { ImageId } from "../../heroku/names.ts";
import type { BakeSpec } from "../engine.ts";
import { ignoring } from "./engine-trouble.ts";
import { lastingLabels, makerLabels, passingLabels, type Maker } from "./labels.ts";
import { pourInto } from "./pour.ts";

/**
 * The slug as one layer on the run image, through a container that never runs: so the layer holds /app and nothing
 * else, and the layer of every dyno starts empty. engine.md 4
 */
export async function bakeImage(
  docker: Docker,
  runImage: string,
  spec: BakeSpec,
  maker: Maker,
): Promise<ImageId> {
  const container = await idleContainer(docker, runImage, passingLabels(spec.label, "slug", maker));
  try {
    await pourInto(container, spec.tree, "/");
    const labels = Object.entries(lastingLabels(spec.label, "slug"));
    const committed = (await container.commit({
      repo: `dynosim/${spec.label.app}`,
      tag: `v${spec.release}-${container.id.slice(0, 8)}`,
      changes: [
        "ENV HOME=/app",
        "WORKDIR /app",
        "USER 1000",
        ...labels.map(([name, value]) => `LABEL ${name}=${value}`),
      ].join("\n"),
    })) as { readonly Id: string };
    return committed.Id as ImageId;
  } finally {
    await ignoring([404, 409], () => container.remove({ force: true }));
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
): Promise<Docker.Container> {
  return docker.createContainer({
    Image: image,
    Entrypoint: [],
    Cmd: ["true"],
    Labels: { ...labels },
    HostConfig: { NetworkMode: "none" },
  });
}
