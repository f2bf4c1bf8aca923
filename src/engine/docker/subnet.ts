/** Dotted IPv4 with a prefix length. */
export type Subnet = `10.213.${number}.${number}/25`;

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * 126 addresses each: forty dynos, and forty more while a restart has old and new side by side. heroku.md 2.3
 * 10.213.0.0/16 is neither a default of engines nor common in homes.
 */
const SIZE = 128;

/** Our subnets that overlap none of `taken`, lowest first. What is not IPv4 is ignored. */
export function* freeSubnets(taken: readonly string[]): Generator<Subnet, void, undefined> {
  const ranges = taken.map(parse).filter((range) => range !== undefined);
  for (let block = 0; block < 512; block++) {
    const subnet: Subnet = `10.213.${block >> 1}.${(block & 1) * SIZE}/25`;
    const own = parse(subnet);
    if (own && !ranges.some((other) => other.first <= own.last && own.first <= other.last)) yield subnet;
  }
}

function parse(cidr: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}
