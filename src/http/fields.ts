/** The field lines of one message, in order. Names are lower case, values are trimmed; both are Latin-1 text. */
export class Fields {
  readonly names: string[] = [];
  readonly values: string[] = [];

  get size(): number {
    return this.names.length;
  }

  add(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** The first line of that name. */
  first(name: string): string | undefined {
    const index = this.names.indexOf(name);
    return index === -1 ? undefined : this.values[index];
  }

  /** The value of that name's line, if there is one line, and one only. */
  only(name: string): string | undefined {
    const index = this.names.indexOf(name);
    return index === -1 || this.names.includes(name, index + 1) ? undefined : this.values[index];
  }

  /** The values of all lines of that name. */
  all(name: string): string[] {
    return this.values.filter((_, index) => this.names[index] === name);
  }

  /** The lower-case members of a comma-separated list spread over all lines of that name; empty members are left out. */
  list(name: string): readonly string[] {
    const index = this.names.indexOf(name);
    if (index === -1) return NO_MEMBERS;
    return this.all(name)
      .join(",")
      .split(",")
      .map((member) => withoutBlanks(member).toLowerCase())
      .filter((member) => member !== "");
  }
}

/** Space and tab only: `trim` would also take off what is no blank to HTTP, and mend a value nobody else mends. */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

const NO_MEMBERS: readonly string[] = [];
