import { stripVTControlCharacters } from "node:util";

/** How a place that packages come from failed a build. `host`: with its port, where it was named. */
export interface SourceTrouble {
  readonly why: "refused" | "stalled" | "empty-handed";
  readonly host: string;
}

const POOL =
  /HTTPS?ConnectionPool\(host='([^']+)', port=(\d+)\).*(?:Read timed out|ConnectTimeout|timed out)/;

/** In the words of pip (and so Pipenv and Poetry), uv and npm. Undefined: the line says nothing of the kind. */
export function sourceTroubleIn(output: string): SourceTrouble | undefined {
  const line = stripVTControlCharacters(output);
  const stalled = POOL.exec(line);
  if (stalled) return { why: "stalled", host: `${stalled[1]}:${stalled[2]}` };
  const refused =
    /(?:401|403) (?:Client )?Error.*? for (?:url: )?(https?:\/\/\S+)/.exec(line) ??
    /HTTP status client error \((?:401|403)[^)]*\) for url \((https?:\/\/[^)\s]+)/.exec(line) ??
    /npm error (?:401|403) .*?(https?:\/\/\S+)/.exec(line);
  if (refused) return about("refused", refused[1]);
  const silent =
    /npm error (?:network )?(?:request to|Socket timeout .*?)\s*(https?:\/\/\S+)(?= failed, reason:.*(?:ETIMEDOUT|timeout))/.exec(
      line,
    ) ?? /operation timed out.*?(https?:\/\/[^)\s]+)/i.exec(line);
  return silent ? about("stalled", silent[1]) : undefined;
}

/** pip says nothing of an index that refuses a password or stops in the middle of a page: it finds nothing. PyPI does neither. */
const INDEXES = /Looking in indexes: (?:https:\/\/pypi\.org\/simple, )?https?:\/\/(?:[^/@\s]+@)?([^/\s,]+)/;

export interface TroubleWatch {
  readonly onLine: (line: string) => void;
  /** The first one that was told of. */
  readonly trouble: SourceTrouble | undefined;
}

export function watchTrouble(): TroubleWatch {
  let trouble: SourceTrouble | undefined;
  let guarded: string | undefined;
  return {
    onLine: (line) => {
      guarded ??= INDEXES.exec(line)?.[1];
      trouble ??= sourceTroubleIn(line);
      if (guarded !== undefined && line.includes("(from versions: none)"))
        trouble ??= { why: "empty-handed", host: guarded };
    },
    get trouble() {
      return trouble;
    },
  };
}

function about(why: SourceTrouble["why"], url = ""): SourceTrouble | undefined {
  const host = URL.parse(url)?.host;
  return host === undefined || host === "" ? undefined : { why, host };
}
