import { fail, type Result } from "../kernel/result.ts";
import type { Engine } from "./engine.ts";
import type { EngineFailure } from "./failure.ts";
import type { StackImages } from "./stack-images.ts";

/** Stands where no engine answers: what needs none goes on, what needs one gets the failure. */
export function absentEngine(failure: EngineFailure): Engine & AsyncDisposable {
  const refuse = async (): Promise<Result<never, EngineFailure>> => fail(failure);
  const stack: StackImages = {
    origin: "images",
    minors: [],
    list: refuse,
    build: refuse,
    fetch: refuse,
    remove: refuse,
    runFiles: refuse,
  };
  return {
    name: "absent",
    stack,
    openApp: refuse,
    launch: refuse,
    prepare: refuse,
    openBuild: refuse,
    bake: refuse,
    readSlug: refuse,
    sweep: refuse,
    kept: refuse,
    discard: refuse,
    facts: refuse,
    answers: () => new Promise(() => {}),
    mayExtend: async () => false,
    hasImage: async () => false,
    removeImage: async () => {},
    closeApp: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
