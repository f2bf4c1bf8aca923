/** The ready signal for scripts. design.md 5 */
export function readyLine(url: string, app: string): string {
  return `Ready. ${url} (app ${app})`;
}
