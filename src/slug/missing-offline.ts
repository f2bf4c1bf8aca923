import { stripVTControlCharacters } from "node:util";

/** How the tools of a build say that they lack something, where the build has no network. The group is what it is. */
const WORDS: readonly RegExp[] = [
  // pip, and Pipenv by its pip
  /No matching distribution found for ([^\s;()]+)/,
  /Could not install packages due to an OSError: HTTPS?ConnectionPool\(host='([^']+)'/,
  // Poetry
  /Unable to find installation candidates for (\S+ \([^)]+\))/,
  /HTTPS?ConnectionPool\(host='[^']+', port=\d+\): Max retries exceeded with url: (\/\S+)/,
  /All attempts to connect to (\S+) failed/,
  // uv
  /Failed to (?:download|fetch|prepare|resolve|build)(?: distributions)?:? `([^`]+)`/,
  /Because (\S+) was not found in the cache/,
  /the requested data wasn't found in the cache for: `([^`]+)`/,
  // npm, and what it installs: Yarn, pnpm
  /request to (\S+) failed: cache mode is 'only-if-cached'/,
  /Couldn't find any versions for "([^"]+)" that matches .* in our cache/,
  /Request to '([^']+)' has been blocked because of your configuration settings/,
  /The missing package may be downloaded from (\S+?)\.?$/,
  /Failed to resolve (\S+ in package mirror \S+)/,
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (\S+)/,
  // our own buildpacks
  /(\S+) is not in the cache, and this build is offline/,
  // apt
  /E: Unable to locate package (\S+)/,
  /E: Failed to fetch (\S+)/,
  // git, curl
  /unable to access '([^']+)'/,
  /Could not resolve host: (\S+)/,
];

export interface MissingWatch {
  readonly onLine: (line: string) => void;
  /** What the tools have named so far, each once, in order. */
  readonly what: readonly string[];
  /** Why a buildpack threw away what it had kept. */
  readonly discarded: readonly string[];
}

const DISCARDING = "-----> Discarding cache since:";

/** Reads along in the output of an offline build. */
export function watchMissing(): MissingWatch {
  const found = new Set<string>();
  const discarded: string[] = [];
  let isListing = false;
  return {
    onLine: (line) => {
      const text = stripVTControlCharacters(line);
      const reason = isListing ? /^ {7}- (.*)$/.exec(text)?.[1] : undefined;
      if (reason !== undefined) discarded.push(reason);
      isListing = text === DISCARDING || reason !== undefined;
      for (const words of WORDS) {
        const what = words.exec(text)?.[1];
        if (what === undefined) continue;
        found.add(withoutCredentials(what));
        return;
      }
    },
    get what() {
      return [...found];
    },
    discarded,
  };
}

function withoutCredentials(what: string): string {
  return what.replace(/(\/\/)[^/@\s]+@/g, "$1");
}
