import { LOG_LINE_LIMIT, SLUG_SOFT_LIMIT } from "../heroku/limits.ts";
import type { OutputChunk } from "../engine/launched.ts";
import { LineSplitter } from "../kernel/lines.ts";
import { mebibytes } from "../kernel/units.ts";

/** The words Heroku's own part of a build puts out, before, between and after the buildpacks. heroku.md 6.3 */
export const OUTPUT = {
  stack: "-----> Building on the Heroku-24 stack",
  /** Recorded with every count, 0 and 1 too, right below the stack's line: builds of 2013 to 2021. */
  slugignored: (count: number): string => `-----> Deleting ${count} files matching .slugignore patterns.`,
  determining: "-----> Determining which buildpack to use for this app",
  using: (names: readonly string[]): string[] =>
    names.length === 1
      ? [`-----> Using buildpack: ${names[0]}`]
      : ["-----> Using buildpacks:", ...names.map((name, index) => `       ${index + 1}. ${name}`)],
  detected: (language: string): string => `-----> ${language} app detected`,
  notDetected: [
    " !     No default language could be detected for this app.",
    " !     HINT: no buildpack could be chosen for what is in the root of the app.",
    " !     See https://devcenter.heroku.com/articles/buildpacks",
    "",
    " !     Push failed",
  ],
  refused: (name: string, output: readonly string[]): string[] => [
    `-----> App not compatible with buildpack: ${name}`,
    ...output.map((line) => `       ${line}`),
    "       More info: https://devcenter.heroku.com/articles/buildpacks#buildpack-auto-detection",
    "",
    " !     Push failed",
  ],
  notCompiled: (language: string): string[] => [
    ` !     Push rejected, failed to compile ${language} app.`,
    "",
    " !     Push failed",
  ],
  /** Of one that cannot be had: as in heroku-buildpack-python's issue 332 (2016) and others up to 2020. */
  notFetched: (name: string): string[] => [
    ` !     error fetching custom buildpack ${name}`,
    "",
    " !     Push failed",
  ],
  /** As seen in builds of 2018 and 2019; before, ` !     Timed out compiling Haskell app (15 minutes)`. */
  timedOut: (language: string | undefined): string[] => [
    `-----> Timed out running buildpack${language === undefined ? "" : ` ${language}`}`,
    " !     Push failed",
  ],
  compressing: "-----> Compressing...",
  done: (size: number): string => `       Done: ${humanSize(size)}`,
  tooLarge: (size: number, limit: number): string[] => [
    ` !     Compiled slug size: ${humanSize(size)} is too large (max is ${humanSize(limit)}).`,
    " !     See: http://devcenter.heroku.com/articles/slug-size",
    "",
    " !     Push failed",
  ],
} as const;

/**
 * Below the line on launching, when the slug is above the soft limit: recorded in builds of 2019 to 2022, with whole
 * megabytes where the line on compressing has a place more (`Done: 346.4M`, then `346 MB`).
 */
export function softLimitWarning(size: number): string[] {
  if (size <= SLUG_SOFT_LIMIT) return [];
  const [is, may] = [size, SLUG_SOFT_LIMIT].map((one) => Math.floor(one / mebibytes(1)));
  return [
    ` !     Warning: Your slug size (${is} MB) exceeds our soft limit (${may} MB) which may affect boot time.`,
  ];
}

/** `22.3M`, `30M`, `312.4K`, `3.2G`: a place after the point unless it is 0, as recorded. */
export function humanSize(size: number): string {
  const unit = UNITS.findLast(({ bytes }) => size >= bytes) ?? KIBIBYTE;
  return `${(size / unit.bytes).toFixed(1).replace(/\.0$/, "")}${unit.letter}`;
}

const KIBIBYTE = { letter: "K", bytes: 1024 };
const UNITS = [KIBIBYTE, { letter: "M", bytes: mebibytes(1) }, { letter: "G", bytes: mebibytes(1024) }];

/**
 * Output of a command as lines, each as soon as it is whole; `end` gives the last one. All of them: above 300 MB Heroku cuts
 * what it keeps of a build's output (heroku.md 0), and here none is kept.
 */
export interface LineSink {
  readonly onOutput: (chunk: OutputChunk) => void;
  end(): void;
}

/** Each stream has a line of its own: half a line of one must not be glued to the other. */
export function lineSink(onLine: (line: string) => void): LineSink {
  const streams = {
    stdout: new LineSplitter(LOG_LINE_LIMIT, onLine),
    stderr: new LineSplitter(LOG_LINE_LIMIT, onLine),
  };
  return {
    onOutput: ({ stream, bytes }) => streams[stream].push(bytes),
    end: () => {
      streams.stdout.flush();
      streams.stderr.flush();
    },
  };
}
