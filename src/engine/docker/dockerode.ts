import { createRequire } from "node:module";
import type Library from "dockerode";

/**
 * dockerode without its parts that only BuildKit and ssh need, which are two thirds of what it loads: gRPC with its
 * protocol compiler, and an ssh client. They are loaded when first called. Measured in docs/performance.md.
 */
const here: NodeJS.Require = createRequire(import.meta.url);
const library: string = here.resolve("dockerode");
const its: NodeJS.Require = createRequire(library);
// docker-modem is dockerode's dependency, not ours: looked up from where dockerode stands
for (const part of ["./session", "docker-modem/lib/ssh"]) loadLater(its.resolve(part));

export const Docker: typeof Library = its(library) as typeof Library;

/** Puts a function in the module's place that becomes the module's own function when it is called. */
function loadLater(file: string): void {
  const later = (...args: unknown[]): unknown => {
    Reflect.deleteProperty(its.cache, file);
    return (its(file) as (...args: unknown[]) => unknown)(...args);
  };
  its.cache[file] ??= { id: file, filename: file, loaded: true, exports: later } as unknown as NodeJS.Module;
}
