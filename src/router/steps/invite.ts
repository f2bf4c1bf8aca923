import type { Exchange } from "../exchange.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** Before a dyno is looked for, and never by the app; unless the feature leaves it to the app. router.md 9.1, 9.3 */
export function invite({ awaitsContinue, client }: Exchange): undefined {
  if (awaitsContinue === "router") client.socket.write(CONTINUE);
}
