/** A value that a shell reads back as it was. */
export function shellQuote(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) && value !== "" ? value : `'${value.replaceAll("'", `'"'"'`)}'`;
}
