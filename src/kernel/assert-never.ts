/** Stands at the foot of a switch: a new member of the union stops the compile here. */
export function assertNever(value: never): never {
  throw new Error(`dynosim bug: unexpected ${JSON.stringify(value)}`);
}
