import { posix } from "node:path";
import type { BuildBox } from "../../engine/build-box.ts";
import type { EngineFailure } from "../../engine/failure.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { MissingLibrary } from "./missing-libraries.ts";
import type { WantedProgram } from "./missing-programs.ts";

/**
 * First `NAME<tab>PATH<tab>PATH` for each program that the build's PATH has: where it stands and where that leads. Then
 * what dpkg says of all paths: `libgl1:amd64: /usr/lib/x86_64-linux-gnu/libGL.so.1`.
 */
const ASK = `n=$1; shift
paths=(); for name in "\${@:1:n}"; do paths+=("*/$name"); done
for name in "\${@:n+1}"; do
  path=$(type -P -- "$name") || continue
  real=$(readlink -f -- "$path"); paths+=("$path" "$real"); printf '%s\\t%s\\t%s\\n' "$name" "$path" "$real"
done
[[ \${#paths[@]} == 0 ]] || dpkg-query -S "\${paths[@]}" 2>/dev/null
exit 0`;

/** Of what is in the build image, the package that has brought it, or "" where none has. */
export async function ownersOf(
  box: BuildBox,
  libraries: readonly MissingLibrary[],
  programs: readonly WantedProgram[],
): Promise<Result<ReadonlyMap<string, string>, EngineFailure>> {
  const chunks: Uint8Array[] = [];
  const names = [...libraries.map(({ name }) => name), ...new Set(programs.map(({ name }) => name))];
  const ran = await box.run(["bash", "-p", "-c", ASK, "ask", String(libraries.length), ...names], {
    root: true,
    onOutput: ({ bytes }) => chunks.push(bytes),
  });
  if (!ran.ok) return ran;
  return ok(parseOwners(Buffer.concat(chunks).toString(), new Set(libraries.map(({ name }) => name))));
}

export function parseOwners(answer: string, libraries: ReadonlySet<string>): ReadonlyMap<string, string> {
  const lines = answer.split("\n");
  const owners = new Map<string, string>();
  const ofPath = new Map<string, string>();
  for (const line of lines) {
    const [, owner = "", path = ""] = /^([^\s:,]+)[^\t]*?: (\/.*)$/.exec(line) ?? [];
    ofPath.set(path, owner);
    const name = posix.basename(path);
    if (libraries.has(name)) owners.set(name, owner);
  }
  for (const line of lines) {
    const [name = "", ...paths] = line.split("\t");
    if (paths.length === 2)
      owners.set(name, paths.map((path) => ofPath.get(path)).find((owner) => owner !== undefined) ?? "");
  }
  return owners;
}
