/** What can be ended at once. */
export interface Endable {
  closeNow(): Promise<void>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const open = new Set<Endable>();

/**
 * Until the result is disposed, a signal that ends this process ends `app` first. A process that is killed, or that
 * calls `process.exit`, cannot wait for an engine: what it leaves the next start sweeps.
 */
export function endWithProcess(app: Endable): Disposable {
  if (open.size === 0) for (const name of SIGNALS) process.on(name, onSignal);
  open.add(app);
  return {
    [Symbol.dispose]: () => {
      open.delete(app);
      if (open.size === 0) for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

function onSignal(name: NodeJS.Signals): void {
  // who listens too decides when the process ends: a test runner, say
  const isOurs = process.listenerCount(name) === 1;
  void Promise.allSettled([...open].map((app) => app.closeNow())).then(() => {
    for (const one of SIGNALS) process.off(one, onSignal);
    if (isOurs) process.kill(process.pid, name);
  });
}
