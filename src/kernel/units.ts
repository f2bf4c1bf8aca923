declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A duration in milliseconds. */
export type Millis = Unit<"Millis">;
/** A point in time: milliseconds since 1970-01-01T00:00:00Z, fractions allowed (microseconds are kept). */
export type Instant = Unit<"Instant">;
/** A size in bytes. */
export type Bytes = Unit<"Bytes">;
/** A TCP port, 0 to 65535. */
export type Port = Unit<"Port">;

export const millis = (count: number): Millis => count as Millis;
export const seconds = (count: number): Millis => (count * 1000) as Millis;
export const minutes = (count: number): Millis => (count * 60_000) as Millis;
export const hours = (count: number): Millis => (count * 3_600_000) as Millis;

export const instant = (epochMillis: number): Instant => epochMillis as Instant;
export const after = (start: Instant, duration: Millis): Instant => (start + duration) as Instant;
export const between = (start: Instant, end: Instant): Millis => (end - start) as Millis;

export const bytes = (count: number): Bytes => count as Bytes;
/** Heroku's "MB": 1,048,576 bytes. */
export const mebibytes = (count: number): Bytes => (count * 1_048_576) as Bytes;

/** Throws a RangeError for anything that is not a whole number from 0 to 65535. */
export function port(number: number): Port {
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new RangeError(`not a port: ${number}`);
  return number as Port;
}
