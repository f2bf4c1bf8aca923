/**
 * Where the Nodes that tests start keep what V8 made of the sources: without it, or in a home folder of their own, each
 * would compile all of dynosim and write that down, which takes a second of a core.
 */
export const COMPILE_CACHE: Readonly<Record<"NODE_COMPILE_CACHE", string>> = {
  NODE_COMPILE_CACHE: new URL("../../node_modules/.cache/dynosim-tests", import.meta.url).pathname,
};
