import type { ListenFailure } from "../router/router.ts";
import type { PlatformFailure } from "./failure.ts";
import { ownAddresses } from "./reach.ts";
import { listRuns } from "./run-file.ts";

/** Why one of the two does not listen, with what a person needs to know to choose another place. */
export function listeningFailure(
  what: Extract<PlatformFailure, { kind: "cannot-listen" }>["what"],
  { host, port, code }: Omit<ListenFailure, "kind">,
): PlatformFailure {
  return code === "EADDRINUSE"
    ? { kind: "port-taken", what, port, holder: undefined }
    : { kind: "cannot-listen", what, host, port, code, addresses: ownAddresses() };
}

/** Names the app whose dynosim has the port, if it is one of this user's. */
export function withHolder(
  failure: PlatformFailure,
  environment: Readonly<Record<string, string | undefined>>,
): PlatformFailure {
  if (failure.kind !== "port-taken") return failure;
  const end = `:${failure.port}`;
  const run = listRuns(environment).find(
    ({ url, controlUrl }) => url.endsWith(end) || controlUrl.endsWith(end),
  );
  return run === undefined ? failure : { ...failure, holder: run.app };
}
