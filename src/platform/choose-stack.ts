import type { EngineFailure } from "../engine/failure.ts";
import type { StackImages } from "../engine/stack-images.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { AppSource, SourceFile } from "../manifest/app-source.ts";
import { isRefused, madeMinor, mayUsePython, stackMinor } from "../slug/stack-minor.ts";

export interface ChosenStack {
  readonly pythonMinor: string;
  /** Only then is it the app's Python, which the next build keeps. */
  readonly usesPython: boolean;
}

interface Choosing {
  readonly source: Pick<AppSource, "pythonMinor"> & { readonly files: readonly Pick<SourceFile, "path">[] };
  /** Those that are set or pinned. */
  readonly buildpacks: readonly string[] | undefined;
  readonly stickyPython: string | undefined;
  /** Of the last slug. */
  readonly lastMinor: string | undefined;
}

/**
 * Which pair of stack images a build stands on. They are kept by Python minor; an app without Python takes what is there, and so
 * does one whose Python will be refused: nobody waits for images to be told so. Where the Pythons are this machine's own, the
 * one that an app names can be installed, and no other stands for it.
 */
export async function chooseStack(
  stack: StackImages,
  { source, buildpacks, stickyPython, lastMinor }: Choosing,
): Promise<Result<ChosenStack, EngineFailure>> {
  const files = source.files.map(({ path }) => path);
  if (mayUsePython(buildpacks, files) && !isRefused(source.pythonMinor)) {
    const wanted = source.pythonMinor ?? stickyPython;
    const isExact = stack.origin === "machine" && wanted !== undefined;
    const pythonMinor = isExact ? wanted : stackMinor(source.pythonMinor, stickyPython, stack.minors);
    return ok({ pythonMinor, usesPython: true });
  }
  const images = await stack.list();
  if (!images.ok) return images;
  const made = images.value.filter(({ role }) => role === "build").map(({ minor }) => minor);
  const pythonMinor = madeMinor(lastMinor, made) ?? stackMinor(undefined, undefined, stack.minors);
  return ok({ pythonMinor, usesPython: false });
}
