/** What a release's status adds to its description; nothing for one that succeeded. heroku.md 9 */
export function releaseStatus(status: string): string {
  if (status === "pending") return "release command executing";
  return status === "failed" ? "release command failed" : "";
}
