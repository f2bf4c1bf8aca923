import type { StackImages } from "../engine/stack-images.ts";

/** The machine's stack images, for the time that the app is open: what is being made then comes to its end. */
export class StackBuilds {
  readonly images: StackImages;
  readonly #underWay = new Set<Promise<unknown>>();

  /** `ending` adds the end of the app to a signal. */
  constructor(stack: StackImages, ending: (signal: AbortSignal | undefined) => AbortSignal) {
    this.images = {
      origin: stack.origin,
      lacking: async () => (await stack.lacking?.()) ?? [],
      // what a machine has is looked for when it is asked for
      get minors() {
        return stack.minors;
      },
      list: (minor) => stack.list(minor),
      remove: (minor) => stack.remove(minor),
      runFiles: (minor, former, image) => stack.runFiles(minor, former, image),
      fetch: async (images, onProgress, signal) => {
        const fetched = stack.fetch(images, onProgress, ending(signal));
        this.#underWay.add(fetched);
        return fetched.finally(() => this.#underWay.delete(fetched));
      },
      build: async (minor, onProgress, signal) => {
        const built = stack.build(minor, onProgress, ending(signal));
        this.#underWay.add(built);
        return built.finally(() => this.#underWay.delete(built));
      },
    };
  }

  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
