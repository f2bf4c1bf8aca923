import type { Result } from "../../kernel/result.ts";
import type { BuildBox, BuildSpec } from "../build-box.ts";
import type { EngineFailure } from "../failure.ts";
import type { StackImages } from "../stack-images.ts";

/** How slugs are compiled among this machine's processes, and with which of its Pythons. */
export interface Builds {
  readonly stack: StackImages;
  /** A box, in a room of its own. */
  open(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>>;
  /** Resolves when all has been cleared away that was closed. */
  over(): Promise<void>;
}
