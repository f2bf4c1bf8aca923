import type { Rescue } from "./store.ts";

/** What happened to a damaged state file, in a sentence or two for people. */
export function rescueNotice({ file, reason, aside, fromPrevious, lost }: Rescue): string {
  const sentences = [`${file} was damaged (${reason}). It is kept as ${aside}.`];
  if (fromPrevious.length > 0) sentences.push(`Taken from the save before it: ${fromPrevious.join(", ")}.`);
  if (lost.length > 0) sentences.push(`Lost, and begun anew: ${lost.join(", ")}.`);
  return sentences.join(" ");
}
