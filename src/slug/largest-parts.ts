import { humanSize } from "./build-output.ts";
import { shownPath, type SlugTree } from "./slug-tree.ts";

/** A folder of the slug, or a package in it, that takes room. */
export interface SlugPart {
  /** `torch (Python package)`, `sharp (Node package)`, `.heroku/python`, `models`, `dump.sql`. */
  readonly name: string;
  /** Bytes of its files, uncompressed. */
  readonly size: number;
  readonly files: number;
}

const PYTHON_PACKAGE = /(?:^|\/)(?:site|dist)-packages\/([^/]+)/;
const NODE_PACKAGE = /(?:^|\/)node_modules\/(?:\.pnpm\/([^/]+)|((?:@[^/]+\/)?[^/]+))/;
/** Folders in which the buildpacks put what is not the app's own. */
const INSTALLED = /^\.(?:heroku|apt|cache)\/[^/]+/;

/** The largest first. What is left of a folder when its packages are counted by themselves is a part, too. */
export function largestParts(tree: SlugTree, most: number): readonly SlugPart[] {
  const parts = new Map<string, { size: number; files: number }>();
  for (const [path, { type, size }] of tree) {
    if (type !== "f") continue;
    const part = parts.get(partOf(path)) ?? { size: 0, files: 0 };
    parts.set(partOf(path), { size: part.size + size, files: part.files + 1 });
  }
  return [...parts]
    .map(([name, part]) => ({ name: shownPath(name), ...part }))
    .toSorted((one, other) => other.size - one.size || (one.name < other.name ? -1 : 1))
    .slice(0, most);
}

/** `torch 1.4G, .heroku/python 62.3M`. */
export function listedParts(parts: readonly SlugPart[]): string {
  return parts.map(({ name, size }) => `${name} ${humanSize(size)}`).join(", ");
}

/** `numpy` and `numpy.libs` are one package, and so is what pip notes of it. */
function partOf(path: string): string {
  const python = PYTHON_PACKAGE.exec(path)?.[1];
  if (python !== undefined)
    return `${python.replace(/(?:\.libs|-[^-]*\.(?:dist|egg)-info|\.py)$/, "").toLowerCase()} (Python package)`;
  const node = NODE_PACKAGE.exec(path);
  const name = node?.[1] ?? node?.[2];
  if (name !== undefined && !/^\.[^/]*$/.test(name)) return `${name} (Node package)`;
  return INSTALLED.exec(path)?.[0] ?? path.replace(/\/.*$/s, "");
}
