import type { ChunkedLimits } from "../http/chunked-body.ts";
import type { HeadLimits } from "../http/head-scanner.ts";
import type { RouterLimits } from "./limits.ts";

export function requestHeadLimits(limits: RouterLimits): HeadLimits {
  return {
    startLine: limits.requestLine,
    fieldLine: limits.requestFieldLine,
    fieldName: limits.requestFieldName,
    cookieLine: Infinity,
    fields: limits.requestFields,
    total: Infinity,
  };
}

export function responseHeadLimits(limits: RouterLimits): HeadLimits {
  return {
    startLine: limits.statusLine,
    fieldLine: limits.responseFieldLine,
    fieldName: Infinity,
    cookieLine: limits.setCookieLine,
    fields: Infinity,
    total: limits.responseHead,
  };
}

/** Trailers are held to the limits of the head they belong to. */
export function chunkedLimits(limits: RouterLimits, trailers: HeadLimits): ChunkedLimits {
  return { sizeLine: limits.chunkSizeLine, trailers };
}
