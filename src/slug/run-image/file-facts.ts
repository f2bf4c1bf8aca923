import type { BuildBox } from "../../engine/build-box.ts";
import type { EngineFailure } from "../../engine/failure.ts";
import { ok, type Result } from "../../kernel/result.ts";
import { asText } from "../slug-delta.ts";
import type { SlugTree, TreeEntry } from "../slug-tree.ts";

/** What one file of a slug asks of the system it runs on. */
export type FileFacts =
  | {
      readonly kind: "binary";
      /** What the loader looks for: `libGL.so.1`. */
      readonly needed: readonly string[];
      /** RPATH and RUNPATH, as they stand in the file: `$ORIGIN/../lib`. */
      readonly searched: readonly string[];
    }
  /** First line, without `#!` */
  | { readonly kind: "script"; readonly interpreter: string }
  /** Nothing, or something for another kind of machine. */
  | { readonly kind: "other" };

/** By sha256 of the content: a file that did not change is not read again. */
export type KnownFiles = ReadonlyMap<string, FileFacts>;

const OTHER: FileFacts = { kind: "other" };
/** `_cv2.so`, `libpq.so.5.17`, `binding.node`. */
const LIBRARY = /\.(?:so(?:\.[\w.]+)?|node)$/;
/** Marked executable by careless packing. */
const TEXT = /\.(?:[cm]?[jt]sx?|py|pyi|pl|rb|sh|map|json|md|txt|html?|css|ya?ml|toml|cfg|h|hpp|c|cpp)$/i;
/** Python's own parts come with the stack image and work on the run image. */
const STACK_PYTHON =
  /^\.heroku\/python\/(?:bin\/python[\d.]*|lib\/libpython[^/]*|lib\/python[\d.]+\/lib-dynload\/.*)$/;
/** Smaller is no ELF file. */
const LEAST_BINARY = 120;
/** Arguments of one command. */
const AT_ONCE = 800;

export function mayBeBinary(path: string, { type, facts, size }: TreeEntry): boolean {
  if (type !== "f" || size < LEAST_BINARY || STACK_PYTHON.test(path)) return false;
  if (LIBRARY.test(path)) return true;
  const mode = Number.parseInt(facts, 8);
  return (mode & 0o111) !== 0 && !TEXT.test(path);
}

/**
 * What `readelf` says of the files, then the first lines of `scripts`. Bash stands last among the former: `readelf` names
 * the files only where there are several, and bash is of the machine's own kind.
 */
const ASK = `cd -- "$1" && n=$2 && shift 2
readelf -hdW -- "\${@:1:n}" /bin/bash 2>/dev/null
for script in "\${@:n+1}"; do IFS= read -r -n 256 line <"$script" || :; printf 'Script: %s\\n%s\\n' "$script" "$line"; done 2>/dev/null
exit 0`;

/** Facts of `binaries` and `scripts`, paths of `tree` that lies at `root` in the box: from `known`, and else from the files. */
export async function readFileFacts(
  box: BuildBox,
  root: string,
  tree: SlugTree,
  { binaries, scripts }: { readonly binaries: readonly string[]; readonly scripts: readonly string[] },
  known: KnownFiles,
): Promise<Result<KnownFiles, EngineFailure>> {
  const facts = new Map<string, FileFacts>();
  const unread = (path: string): boolean => {
    const content = tree.get(path)?.content ?? "";
    const old = known.get(content);
    if (old) facts.set(content, old);
    return old === undefined && isSayable(path);
  };
  const paths = [...new Set([...binaries, ...scripts])].filter((path) => unread(path));
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    const lines = some.filter((path) => scripts.includes(path));
    const read = await ask(box, root, some, lines);
    if (!read.ok) return read;
    for (const path of some) facts.set(tree.get(path)?.content ?? "", read.value.get(path) ?? OTHER);
  }
  return ok(facts);
}

async function ask(
  box: BuildBox,
  root: string,
  binaries: readonly string[],
  scripts: readonly string[],
): Promise<Result<ReadonlyMap<string, FileFacts>, EngineFailure>> {
  const chunks: Uint8Array[] = [];
  const names = [...binaries, ...scripts].map((path) => `./${asText(path)}`);
  const ran = await box.run(["bash", "-p", "-c", ASK, "ask", root, String(binaries.length), ...names], {
    root: true,
    env: { LC_ALL: "C" },
    onOutput: ({ bytes }) => chunks.push(bytes),
  });
  return ran.ok ? ok(parseAnswer(Buffer.concat(chunks).toString("latin1"))) : ran;
}

/** By path; without what is of another machine than the last file, which is the system's own. */
export function parseAnswer(answer: string): ReadonlyMap<string, FileFacts> {
  const parts = answer.split(/^(?=(?:File|Script): )/m).filter((part) => /^(?:File|Script): /.test(part));
  const own = machine(parts.findLast((part) => part.startsWith("File: /bin/bash\n")) ?? "");
  return new Map(
    parts.flatMap((part): [string, FileFacts][] => {
      const [, what, path] = /^(File|Script): \.\/(.*)$/m.exec(part) ?? [];
      if (path === undefined) return [];
      if (what === "File") return machine(part) === own && own !== "" ? [[path, binary(part)]] : [];
      const [, interpreter] = /^.*\n#!\s*(.*\S)/.exec(part) ?? [];
      return interpreter === undefined ? [] : [[path, { kind: "script", interpreter }]];
    }),
  );
}

function machine(part: string): string {
  return [/^ *Class: .*$/m, /^ *Machine: .*$/m].map((line) => line.exec(part)?.[0] ?? "").join("");
}

function binary(part: string): FileFacts {
  const needed = [...part.matchAll(/\(NEEDED\).*\[(.*)\]$/gm)].map(([, name = ""]) => name);
  // musl's and Android's C library have other names than glibc's: a package brings builds for several
  if (needed.some((name) => /^libc\.(?:musl-.*|so)$/.test(name))) return OTHER;
  const searched = [...part.matchAll(/\((?:RPATH|RUNPATH)\).*\[(.*)\]$/gm)].flatMap(([, paths = ""]) =>
    paths.split(":"),
  );
  return { kind: "binary", needed, searched };
}

/** A line of the answer can hold it, and the engine can be told of it. */
function isSayable(path: string): boolean {
  const text = asText(path);
  return !/\p{Cc}/u.test(text) && Buffer.from(text).toString("latin1") === path;
}
