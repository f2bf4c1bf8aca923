import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import type { AppLabel } from "../app-label.ts";
import { ignoring, reasonOf, statusOf } from "./engine-trouble.ts";
import { ofApp, passingLabels, shortInstance, type Maker } from "./labels.ts";
import { freeSubnets, type Subnet } from "./subnet.ts";

/** `dynos` cannot reach each other; `build` is where compilation may reach the world. */
export type NetworkUse = "dynos" | "build";

export function networkName(app: AppLabel, use: NetworkUse): string {
  return `dynosim-${app.app}-${shortInstance(app)}${use === "build" ? "-build" : ""}`;
}

/**
 * Makes the app's bridge unless it is there. Its subnet is our own choice: the engine's default pools end after
 * about thirty networks. engine.md 6
 */
export async function makeNetwork(
  docker: Docker,
  app: AppLabel,
  use: NetworkUse,
  maker: Maker,
): Promise<string> {
  const name = networkName(app, use);
  if (await exists(docker, name)) return name;
  for (const subnet of freeSubnets(await takenSubnets(docker))) {
    try {
      await docker.createNetwork(networkSpec(name, use, subnet, passingLabels(app, "network", maker)));
      return name;
    } catch (error) {
      // Another process was faster, for this name or for this subnet.
      if (await exists(docker, name)) return name;
      if (!/overlap|already in use|conflict/i.test(reasonOf(error))) throw error;
    }
  }
  throw new Error("no free subnet for the app's network in 10.213.0.0/16");
}

/** Takes a container out of it, and removes it unless another is in it. What fails is left to the closing of the app. */
export async function leaveNetwork(docker: Docker, name: string, container: string): Promise<void> {
  const network = docker.getNetwork(name);
  for (const act of [() => network.disconnect({ Container: container, Force: true }), () => network.remove()])
    await act().catch(() => {});
}

/** Containers must have gone before. */
export async function removeNetworks(docker: Docker, app: AppLabel): Promise<void> {
  for (const network of await docker.listNetworks({ filters: ofApp(app) }))
    await ignoring([403, 404, 409], () => docker.getNetwork(network.Id).remove());
}

function networkSpec(
  Name: string,
  use: NetworkUse,
  subnet: Subnet,
  labels: Readonly<Record<string, string>>,
): Docker.NetworkCreateOptions {
  return {
    Name,
    Driver: "bridge",
    CheckDuplicate: true,
    Labels: { ...labels },
    IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
    Options: { "com.docker.network.bridge.enable_icc": use === "dynos" ? "false" : "true" },
  };
}

async function exists(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getNetwork(name).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function takenSubnets(docker: Docker): Promise<readonly string[]> {
  const networks = await docker.listNetworks();
  const engines = networks.flatMap((network) => network.IPAM?.Config ?? []).map((config) => config.Subnet);
  const hosts = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...engines, ...hosts.map((address) => address.cidr)].filter(
    (subnet) => subnet !== undefined && subnet !== null,
  );
}
