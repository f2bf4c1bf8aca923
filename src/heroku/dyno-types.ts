import { mebibytes, type Bytes } from "../kernel/units.ts";

export type DynoTypeName =
  | "eco"
  | "basic"
  | "standard-1x"
  | "standard-2x"
  | "performance-m"
  | "performance-l"
  | "performance-l-ram"
  | "performance-xl"
  | "performance-2xl"
  | "free"
  | "hobby";

export interface DynoType {
  readonly name: DynoTypeName;
  /** As the API and `ps` show it. */
  readonly label: string;
  /** Memory quota; R14 above it. heroku.md 1.1 */
  readonly memory: Bytes;
  /** Rss + swap at which the dyno is killed with R15, as a multiple of `memory`. heroku.md 1.1, 4 */
  readonly killFactor: number;
  /** Processes and threads together. heroku.md 1.1 */
  readonly processes: number;
  /** Cores that `nproc` shows. heroku.md 1.1 */
  readonly cores: number;
  /** CPU in Heroku's unit `x`: what a dyno has beside busy neighbours, and at most. heroku.md 1.1 */
  readonly compute: { readonly least: number; readonly most: number };
  /** Goes to sleep after 30 minutes without web requests. heroku.md 1.3 */
  readonly sleeps: boolean;
  /** Most dynos of one process type; undefined: the app's limit. heroku.md 1.2 */
  readonly perType: number | undefined;
  /** Most dynos running at once in one app. heroku.md 1.2 */
  readonly perApp: number;
  /** Most one-off dynos at once. heroku.md 1.2 */
  readonly oneOffs: number;
  /**
   * No other dyno type may run in the same app. heroku.md 1.2 (unconfirmed there; the API answered `Cannot use the
   * following dyno types in the same app: Free and Hobby` in 2022, and the like of Basic and Standard-1X in December
   * 2022, which stand side by side here).
   */
  readonly alone: boolean;
  /** Dollars a month for one dyno; eco and free cost nothing each. heroku.md 1.1 */
  readonly monthly: number;
  /** Standard and up. heroku.md 1.2 */
  readonly preboot: boolean;
}

/** Dynos of an app by default. heroku.md 1.2 */
const PER_APP = 100;

/**
 * Cores in one `x` of compute: an assumption, Heroku names no figure. Performance-L, which shares its 8 cores with nobody
 * ("100 %"), has 50x; the other dedicated types come to the same, 0.16 to 0.17. heroku.md 1.1
 */
export const CORES_PER_COMPUTE: number = 8 / 50;

/** Most cores at once: a shared dyno's share in its best hour, all of a dedicated one's. */
export function cpusOf({ compute, cores }: DynoType): number {
  return compute.least === compute.most ? cores : compute.most * CORES_PER_COMPUTE;
}

function dynoType(
  name: DynoTypeName,
  label: string,
  megabytes: number,
  processes: number,
  cores: number,
  [least, most]: readonly [number, number],
  rest: Partial<DynoType> = {},
): DynoType {
  return {
    name,
    label,
    memory: mebibytes(megabytes),
    killFactor: 2,
    processes,
    cores,
    compute: { least, most },
    sleeps: false,
    perType: undefined,
    perApp: PER_APP,
    oneOffs: 50,
    preboot: false,
    alone: false,
    monthly: 0,
    ...rest,
  };
}

const POOLED = { sleeps: true, perType: 1, perApp: 2, oneOffs: 1, alone: true } as const;
const LARGE = { perType: 10, oneOffs: 5, preboot: true } as const;

/** heroku.md 1.1, 1.2, 1.3 */
export const DYNO_TYPES: Readonly<Record<DynoTypeName, DynoType>> = {
  eco: dynoType("eco", "Eco", 512, 256, 8, [1, 4], POOLED),
  basic: dynoType("basic", "Basic", 512, 256, 8, [1, 4], { perType: 1, monthly: 7 }),
  "standard-1x": dynoType("standard-1x", "Standard-1X", 512, 256, 8, [1, 4], { preboot: true, monthly: 25 }),
  "standard-2x": dynoType("standard-2x", "Standard-2X", 1024, 512, 8, [2, 8], { preboot: true, monthly: 50 }),
  "performance-m": dynoType("performance-m", "Performance-M", 2560, 16_384, 2, [12, 12], {
    ...LARGE,
    monthly: 250,
  }),
  "performance-l": dynoType("performance-l", "Performance-L", 14_336, 32_768, 8, [50, 50], {
    ...LARGE,
    monthly: 500,
  }),
  "performance-l-ram": dynoType("performance-l-ram", "Performance-L-RAM", 30_720, 24_576, 4, [24, 24], {
    ...LARGE,
    killFactor: 1.2,
    monthly: 500,
  }),
  "performance-xl": dynoType("performance-xl", "Performance-XL", 63_488, 32_768, 8, [50, 50], {
    ...LARGE,
    killFactor: 1.2,
    monthly: 750,
  }),
  "performance-2xl": dynoType("performance-2xl", "Performance-2XL", 129_024, 65_536, 16, [100, 100], {
    ...LARGE,
    killFactor: 1.2,
    monthly: 1500,
  }),
  free: dynoType("free", "Free", 512, 256, 8, [1, 4], POOLED),
  hobby: dynoType("hobby", "Hobby", 512, 256, 8, [1, 4], { perType: 1, alone: true, monthly: 7 }),
};

/** Dollars a month for all eco dynos of an account together. heroku.md 1.1 */
export const ECO_MONTHLY = 5;
/** By which Heroku's client reckons a price for an hour. heroku.md 9 */
export const HOURS_A_MONTH = 720;

export function dynoTypeNamed(name: string): DynoType | undefined {
  return Object.hasOwn(DYNO_TYPES, name) ? DYNO_TYPES[name as DynoTypeName] : undefined;
}
