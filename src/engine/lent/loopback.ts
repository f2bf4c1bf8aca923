import type { UvFindings } from "./uv.ts";

type Settings = Readonly<Record<string, string>>;

/** By what a build reaches the world. */
interface Reaching {
  readonly pip: Settings;
  readonly uv: UvFindings;
  readonly npm: Settings;
  readonly yarn: Settings;
  readonly proxies: Settings;
  readonly apt: { readonly mirror: string; readonly options: readonly string[] };
}

/** Of a URL, or of a proxy's `host:port`. */
const LOOPBACK = /(?:^|\/\/)(?:[^/@\s]*@)?(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/\s"';\\]|$)/i;
/** What must not go through a proxy is none to be reached. */
const EXCEPTIONS = /^(?:no_proxy|noproxy|no-proxy|trusted-host)$/i;

export function isLoopback(text: string): boolean {
  return LOOPBACK.test(text);
}

/** Names of the settings that lead there: `HTTPS_PROXY`, `index-url (pip)`. */
export function loopbackSettings({ pip, uv, npm, yarn, proxies, apt }: Reaching): readonly string[] {
  const named = (settings: Settings, tool: string): readonly string[] =>
    Object.entries(settings)
      .filter(([name, value]) => !EXCEPTIONS.test(name) && leadsThere(value))
      .map(([name]) => `${name}${tool}`);
  return [
    ...named(proxies, ""),
    ...named(pip, " (pip)"),
    ...([...uv.top, ...uv.tables].some(leadsThere) ? ["an index of uv"] : []),
    ...named(npm, " (npm)"),
    ...named(yarn, " (Yarn)"),
    ...(apt.options.some(leadsThere) ? ["a proxy of apt"] : []),
  ];
}

function leadsThere(value: string): boolean {
  return value.split(/[\s"']+/).some(isLoopback);
}

/** The same settings, but for those. */
export function dropLoopback({ pip, uv, npm, yarn, proxies, apt }: Reaching): Reaching {
  const kept = (settings: Settings): Settings =>
    Object.fromEntries(
      Object.entries(settings).filter(([name, value]) => EXCEPTIONS.test(name) || !leadsThere(value)),
    );
  const pipPlaces = Object.entries(pip).map(([name, value]) => [
    name,
    EXCEPTIONS.test(name)
      ? value
      : value
          .split(" ")
          .filter((one) => !isLoopback(one))
          .join(" "),
  ]);
  return {
    pip: Object.fromEntries(pipPlaces.filter(([, value]) => value !== "")),
    uv: {
      ...uv,
      top: uv.top.filter((line) => !leadsThere(line)),
      tables: uv.tables.filter((table) => !leadsThere(table)),
    },
    npm: kept(npm),
    yarn: kept(yarn),
    proxies: kept(proxies),
    apt: { ...apt, options: apt.options.filter((option) => !leadsThere(option)) },
  };
}
