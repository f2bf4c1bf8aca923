import type Docker from "dockerode";
import type { RunFiles } from "../../stack-images.ts";
import { Workshop } from "./workshop.ts";

/** The loader's cache and its folders, then programs. Names, one a line. */
const LIST = `shopt -s nullglob; PATH=/usr/sbin:/sbin:$PATH
ldconfig -p | sed -n 's/^[[:space:]]*\\([^ ]*\\) (.*/library \\1/p'
for file in {,/usr{,/local}}/lib{,/*-linux-*}/*.so*; do echo "library \${file##*/}"; done
for file in {,/usr{,/local}}/{,s}bin/*; do echo "program $file"; done`;

/** What a run image has for the programs of a dyno; throws what the engine refuses. Takes a container's start. */
export async function readRunFiles(docker: Docker, image: string, minor: string): Promise<RunFiles> {
  const libraries = new Set<string>();
  const programs = new Set<string>();
  await using workshop = await Workshop.open(docker, { image, minor, hostNetwork: false, signal: undefined });
  const onLine = (line: string): void => {
    const [, what, name] = /^(library|program) (.+)$/.exec(line) ?? [];
    if (name !== undefined) (what === "library" ? libraries : programs).add(name);
  };
  const status = await workshop.run({ argv: ["bash", "-p", "-c", LIST], env: {}, onLine });
  if (status !== 0 || programs.size === 0) throw new Error(`listing its files ended with ${status}`);
  return { image, libraries: [...libraries], programs: [...programs] };
}
