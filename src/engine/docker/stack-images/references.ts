import { STACK } from "../../../heroku/stacks.ts";
import type { StackImage } from "../../stack-images.ts";

/** The value of the labels `dynosim` and `dynosim.kind` of base images: they belong to no app. */
export const STACK_MARK = "stack";

/** What a container that makes an image is labelled with, so that a later build finds what a killed one left. */
export const WORK_MARK = "stack-work";

const NAME = new RegExp(String.raw`^dynosim/stack-(run|build):${STACK}-py(\d+\.\d+)$`);

/** The image that dynos run on: `dynosim/stack-run:heroku-24-py3.13`. */
export function runReference(minor: string): string {
  return `dynosim/stack-run:${STACK}-py${minor}`;
}

/** The image that slugs are compiled in: `dynosim/stack-build:heroku-24-py3.13`. */
export function buildReference(minor: string): string {
  return `dynosim/stack-build:${STACK}-py${minor}`;
}

/** Undefined for what is no base image of ours. */
export function parseReference(reference: string): Pick<StackImage, "minor" | "role"> | undefined {
  const [, role, minor] = NAME.exec(reference) ?? [];
  if (minor === undefined) return undefined;
  return { minor, role: role === "run" ? "run" : "build" };
}
