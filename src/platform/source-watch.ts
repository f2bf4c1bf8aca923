import { relative } from "node:path";
import type { Clock, Timer } from "../kernel/clock.ts";
import type { Result } from "../kernel/result.ts";
import { millis } from "../kernel/units.ts";
import type { SourceChoice } from "../manifest/app-source.ts";
import { watchFolders, type FolderWatch } from "../manifest/folder-watch.ts";
import { readAppSource } from "../manifest/read-app.ts";
import { sourceFolders, type SourceFolders } from "../manifest/source-folders.ts";
import type { PlatformFailure } from "./failure.ts";
import type { Deployed, WatchEvents, Watching } from "./platform.ts";

/** So long nothing may change before a build begins: an editor saves in several steps, git writes many files. */
const QUIET = millis(250);
/** How often to look where the system gives no more watches. */
const LOOK_EVERY = millis(2000);

export interface WatchTools {
  readonly folder: string;
  readonly choice: SourceChoice;
  /** Real time: people edit on it. */
  readonly clock: Clock;
  readonly deploy: (signal: AbortSignal) => Promise<Result<Deployed, PlatformFailure>>;
  readonly events: WatchEvents;
}

/**
 * Deploys whenever the source has become another one, as a push would: the former release serves until a new one is
 * built. What the file system tells is only a hint; whether to build is decided by the source's hash, so that neither a file
 * that is not sent nor one that was saved unchanged makes a release. One deploy at a time; what changes meanwhile is the next.
 */
export class SourceWatch implements Watching {
  readonly #tools: WatchTools;
  readonly #over = new AbortController();
  readonly #gone: Promise<undefined> = new Promise((resolve) => {
    this.#over.signal.addEventListener("abort", () => resolve(undefined));
  });
  readonly #folders: FolderWatch;
  readonly #ended: Promise<void>;
  readonly #begun: PromiseWithResolvers<void> = Promise.withResolvers();
  #hinted = new Set<string>();
  #known: SourceFolders | undefined;
  /** Of the source that was deployed last, or tried to be. */
  #hash: string;
  #quiet: Timer | undefined;
  #look: Timer | undefined;
  #wake = Promise.withResolvers<void>();

  /** `hash`: of the source that is deployed. */
  constructor(tools: WatchTools, hash: string) {
    this.#tools = tools;
    this.#hash = hash;
    this.#folders = watchFolders(
      (path) => this.#hint(path),
      (reason) => this.#lookNowAndThen(reason),
    );
    // the first look finds what has changed since that source was read
    this.#ended = this.#run();
  }

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#quiet?.cancel();
    this.#look?.cancel();
    this.#folders[Symbol.dispose]();
    this.#wake.resolve();
    await this.#ended;
  }

  #hint(path?: string): void {
    if (path !== undefined) {
      if (this.#known?.isSource(path) === false) return;
      this.#hinted.add(path);
    }
    this.#quiet?.cancel();
    this.#quiet = this.#tools.clock.after(QUIET, () => this.#wake.resolve());
  }

  #lookNowAndThen(reason: string): void {
    if (this.#look !== undefined) return;
    this.#tools.events.degraded(reason);
    const again = (): void => {
      this.#wake.resolve();
      this.#look = this.#tools.clock.after(LOOK_EVERY, again);
    };
    this.#look = this.#tools.clock.after(LOOK_EVERY, again);
  }

  async #run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      this.#wake = Promise.withResolvers();
      await this.#lookOnce();
      this.#begun.resolve();
      await this.#wake.promise;
    }
    this.#begun.resolve();
  }

  async #lookOnce(): Promise<void> {
    const { folder, choice, deploy, events } = this.#tools;
    const hinted = this.#hinted;
    this.#hinted = new Set();
    const source = await readAppSource(folder, choice);
    if (this.#over.signal.aborted) return;
    if (!source.ok) {
      if (hinted.size > 0) events.failed(source.failure);
      // where to wait for a hint is not known, or no longer true
      this.#quiet = this.#tools.clock.after(LOOK_EVERY, () => this.#wake.resolve());
      return;
    }
    this.#known = await sourceFolders(source.value);
    if (this.#over.signal.aborted) return;
    // what was saved there since the source was read is found by another look
    if (this.#folders.follow(this.#known.folders)) this.#hint();
    this.#begun.resolve();
    if (source.value.treeHash === this.#hash) return;
    this.#hash = source.value.treeHash;
    const home = source.value.folder;
    const paths = new Set(source.value.files.map(({ path }) => path));
    events.changed([...hinted].map((path) => relative(home, path)).filter((path) => paths.has(path)));
    // who ends the watch does not wait for a release command, which may take an hour: that ends with the dynos
    const deployed = await Promise.race([deploy(this.#over.signal), this.#gone]);
    if (deployed === undefined || this.#over.signal.aborted) return;
    if (!deployed.ok) {
      if (deployed.failure.kind !== "source-changed") return events.failed(deployed.failure);
      // somebody saved in the middle of it: that is the source to build
      this.#hash = "";
      return this.#hint();
    }
    this.#hash = deployed.value.treeHash;
    events.deployed(deployed.value);
  }
}
