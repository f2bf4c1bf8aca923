/** Where a buildpack comes from, as a user can name it. */
export type BuildpackReference =
  /** In Heroku's registry: `heroku/python`. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "folder"; readonly path: string }
  /** Of a .tgz, .tar.gz or .tar: a path or an http(s) URL. */
  | { readonly kind: "archive-file"; readonly path: string }
  | { readonly kind: "archive-url"; readonly url: string }
  /** `ref`: what follows the `#`: a branch, a tag or a commit; undefined for what HEAD is there. */
  | { readonly kind: "git"; readonly url: string; readonly ref: string | undefined };

const REGISTRY = "https://buildpack-registry.s3.amazonaws.com/buildpacks/";
/** The archives that the registry serves, and those of the years before it. heroku/cli, lib/buildpacks */
const REGISTRY_URL =
  /^https:\/\/buildpack-registry\.s3\.amazonaws\.com\/buildpacks\/([\w-]+\/[\w-]+)\.tgz$|^https:\/\/codon-buildpacks\.s3\.amazonaws\.com\/buildpacks\/(heroku\/[\w-]+)\.tgz$/;
const URN = /^urn:buildpack:(.+)$/;
const PATH = /^(?:\.{0,2}\/|\.{1,2}$|~\/)/;
const ARCHIVE = /\.(?:tgz|tar\.gz|tar)$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
/** `git@github.com:owner/repository` */
const SCP = /^[\w.-]+@[\w.-]+:/;
/** As the registry's client has it. */
const NAME = /^[^/]+\/[a-z0-9][a-z0-9_-]*$/i;

export function parseReference(text: string): BuildpackReference {
  const [, ofRegistry, ofCodon] = REGISTRY_URL.exec(text) ?? [];
  const registered = URN.exec(text)?.[1] ?? ofRegistry ?? ofCodon;
  if (registered !== undefined) return { kind: "name", name: registered };
  const [place, ref] = split(text);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https")
    return ref === undefined && ARCHIVE.test(pathOf(place))
      ? { kind: "archive-url", url: place }
      : { kind: "git", url: place, ref };
  if (scheme === "file" && ref === undefined && ARCHIVE.test(place))
    return { kind: "archive-file", path: decodeURI(place.slice("file://".length)) };
  if (scheme !== undefined || SCP.test(text)) return { kind: "git", url: place, ref };
  if (!PATH.test(text)) return { kind: "name", name: text };
  if (ref !== undefined || place.endsWith(".git")) return { kind: "git", url: place, ref };
  return ARCHIVE.test(text) ? { kind: "archive-file", path: text } : { kind: "folder", path: text };
}

/** `heroku/python` for all the ways to say it; anything else as it is. */
export function canonicalReference(text: string): string {
  const reference = parseReference(text.trim());
  return reference.kind === "name" ? reference.name : text.trim();
}

/** As the registry's client wants a name to be. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

export function registryUrl(name: string): string {
  return `${REGISTRY}${name}.tgz`;
}

function split(text: string): readonly [place: string, ref: string | undefined] {
  const hash = text.indexOf("#");
  if (hash === -1) return [text, undefined];
  return [text.slice(0, hash), text.slice(hash + 1) || undefined];
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
