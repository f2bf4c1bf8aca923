import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hostFiles, hostVariables, type HostSettings, type LentPlaces } from "../lent/host-settings.ts";
import type { BoxPlaces } from "../build-box.ts";

/** Where in a box the files lie that lend it this machine's settings: none where its tools look by themselves. */
export function lentPlaces(folder: string, { app }: BoxPlaces): LentPlaces {
  return {
    authorities: `${folder}/certificates.crt`,
    pip: `${folder}/pip.conf`,
    uv: `${folder}/xdg/uv/uv.toml`,
    npm: `${folder}/npmrc`,
    userNpm: `${folder}/user-npmrc`,
    // Yarn looks above the app, and at home
    yarn: `${app}/.yarnrc.yml`,
    netrc: `${folder}/netrc`,
    poetry: `${folder}/pypoetry`,
    apt: undefined,
  };
}

/** Writes them; `hostPath`: where a place of the box is on this machine. */
export async function writeLent(
  host: HostSettings,
  places: LentPlaces,
  offline: boolean,
  hostPath: (place: string) => string,
): Promise<void> {
  for (const { path, content } of hostFiles(host, offline, places)) {
    const file = hostPath(`/${path}`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content);
    await chmod(file, 0o600);
  }
}

/** How the tools are told where they lie. What is this machine's own in its usual places is seen besides. */
export function lentVariables(host: HostSettings, places: LentPlaces): Readonly<Record<string, string>> {
  const { authorities } = places;
  return {
    ...hostVariables(host, places),
    ...(host.authorities
      ? { SSL_CERT_FILE: authorities, CURL_CA_BUNDLE: authorities, GIT_SSL_CAINFO: authorities }
      : {}),
    PIP_CONFIG_FILE: places.pip,
    // uv would forget the app's own settings if it were told of a file
    XDG_CONFIG_DIRS: `${join(dirname(dirname(places.uv)))}:/etc/xdg`,
    DYNOSIM_NPMRC: places.npm,
    DYNOSIM_USER_NPMRC: places.userNpm,
  };
}
