/** What of this machine's settings cannot go into a build as it stands. The engine passes on the rest. */
export interface HostSettings {
  /** Variables of every command in the build. */
  readonly env: Readonly<Record<string, string>>;
  readonly notices: readonly string[];
}

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
/** pip settings that name places; of these only URLs mean the same in a build. */
const PIP_PLACES = ["PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"];

/** A build stands in a container: 127.0.0.1 is the container there, and the folders of this machine are not. engine.md 5 */
export function hostSettings(environment: Readonly<Record<string, string | undefined>>): HostSettings {
  const unreachable = PROXIES.filter((name) => isLoopback(environment[name]));
  const local = PIP_PLACES.filter((name) => namesLocalPlace(environment[name]));
  return {
    // an empty value is how programs are told: no proxy
    env: Object.fromEntries(unreachable.map((name) => [name, ""])),
    notices: [
      ...unreachable.map(
        (name) =>
          `${name} points to this machine's loopback address, which a build cannot reach: it is built without it.`,
      ),
      ...local.map((name) => `${name} names a place on this machine and is not passed to the build.`),
    ],
  };
}

function isLoopback(proxy: string | undefined): boolean {
  if (proxy === undefined || proxy === "") return false;
  const url = URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`);
  return url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(url.hostname);
}

function namesLocalPlace(value: string | undefined): boolean {
  const places = (value ?? "").split(/\s+/).filter((place) => place !== "");
  return places.some((place) => !/^(?:https?|git\+\w+):\/\//i.test(place));
}
