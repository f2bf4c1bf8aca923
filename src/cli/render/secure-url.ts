/** The router speaks TLS on its one port. */
export function secureUrl(url: string): string {
  return url.replace(/^http:/, "https:");
}
