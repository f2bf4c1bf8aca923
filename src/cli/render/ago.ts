/** `2026/11/20 09:12:30 +0000 (~ 4m ago)`, in the user's time zone. heroku.md 9 */
export function whenAndAgo(at: Date, now: Date): string {
  const ago = agoText(Math.floor((now.getTime() - at.getTime()) / 1000));
  return ago === "" ? localTime(at) : `${localTime(at)} ${ago}`;
}

function agoText(seconds: number): string {
  const elapsed = Math.max(seconds, 0);
  if (elapsed < 60) return `(~ ${elapsed}s ago)`;
  if (elapsed < 60 * 60) return `(~ ${Math.floor(elapsed / 60)}m ago)`;
  if (elapsed < 25 * 60 * 60) return `(~ ${Math.floor(elapsed / (60 * 60))}h ago)`;
  return "";
}

export function localTime(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + offset * 60_000).toISOString();
  const sign = offset < 0 ? "-" : "+";
  const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  return `${local.slice(0, 10).replaceAll("-", "/")} ${local.slice(11, 19)} ${zone}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
