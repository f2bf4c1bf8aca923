/**
 * Calls `act` when the process ends, by its own will or by an exception, until the result is disposed; in the order in
 * which they were asked for. Nothing that is waited for happens any more.
 */
export function atExit(act: () => void): Disposable {
  process.once("exit", act);
  return { [Symbol.dispose]: () => void process.off("exit", act) };
}
