import { createHash } from "node:crypto";
import type { Instant } from "../kernel/units.ts";

/** A UUID for something that has none of its own: the same words give the same one. */
export function uuidOf(...words: readonly string[]): string {
  const digest = createHash("sha256").update(words.join("\0")).digest("hex");
  const variant = "89ab"[Number.parseInt(digest[16] ?? "0", 16) % 4];
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join("-");
}

/** `2012-01-01T12:00:00Z`: the API's times are whole seconds. */
export function apiTime(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
