import { isIP, isIPv6 } from "node:net";
import { hostname as machineName, networkInterfaces } from "node:os";

/** An address the router listens on; one that is not needed may be missing on a machine, as IPv6 is on some. */
export interface Address {
  readonly host: string;
  readonly needed: boolean;
}

/** `localhost` means either; a browser tries both. */
const IPV4: Address = { host: "127.0.0.1", needed: true };
const IPV6: Address = { host: "::1", needed: false };

/** Loopback, and what `--bind` asked for beside it. `::` takes IPv4 with it. */
export function addressesFor(bind: string | undefined): readonly Address[] {
  if (bind === undefined) return [IPV4, IPV6];
  const asked: Address = { host: bind, needed: true };
  if (bind === "::") return [asked];
  if (bind === "0.0.0.0") return [asked, IPV6];
  return [IPV4, IPV6].some(({ host }) => host === bind) ? [IPV4, IPV6] : [IPV4, IPV6, asked];
}

/** Others than this machine's own programs can connect there. */
export function isReachable(bind: string | undefined): bind is string {
  return bind !== undefined && bind !== "::1" && !bind.startsWith("127.");
}

/**
 * Names under which others ask for the app once `--bind` lets them: addresses, which no foreign DNS name can stand for,
 * and the machine's own names. `hostname` is lower case, without port and brackets.
 */
export function isReachedAs(bind: string | undefined, hostname: string): boolean {
  if (!isReachable(bind)) return hostname === bind;
  const [name = ""] = machineName().toLowerCase().split(".");
  return isIP(hostname) !== 0 || [machineName().toLowerCase(), name, `${name}.local`].includes(hostname);
}

/** Where others reach it; all addresses of the machine for one that stands for all. */
export function urlsFor(bind: string, port: number): readonly string[] {
  const isAll = bind === "0.0.0.0" || bind === "::";
  const hosts = isAll ? ownAddresses().filter((host) => bind === "::" || !isIPv6(host)) : [bind];
  return hosts.map((host) => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`);
}

/** Networks that a container engine or a virtual machine made on this machine: nobody else is there. */
const INWARD = /^(?:docker|podman|cni|br-|veth|virbr)/;

/** Of this machine, as others may know it: without loopback and addresses of one link only, which need a zone. */
export function ownAddresses(): readonly string[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses]) => (INWARD.test(name) ? [] : (addresses ?? [])))
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address);
}
