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

  /** Every line of that name has this value. */
  allAre(name: string, value: string): boolean {
    for (let index = this.names.indexOf(name); index !== -1; index = this.names.indexOf(name, index + 1))
      if (this.values[index] !== value) return false;
    return true;
  }

  /** The values of all lines of that name. */
  all(name: string): string[] {
    return this.values.filter((_, index) => this.names[index] === name);
  }

  /** The lower-case members of a comma-separated list spread over all lines of that name; empty members are left out. */
  list(name: string): readonly string[] {
    const index = this.names.indexOf(name);
    if (index === -1) return NO_MEMBERS;
    const value = this.values[index]!;
    return this.names.includes(name, index + 1) ? members(this.all(name).join(",")) : membersOf(value);
  }
}

/** `keep-alive`, `chunked`, `close`: nearly all lists are one of few, and a split list costs a microsecond. */
function membersOf(value: string): readonly string[] {
  const known = lists.get(value);
  if (known !== undefined) return known;
  const list = members(value);
  if (value.length <= LONGEST_KNOWN && lists.size < MOST_KNOWN) {
    // a copy: `value` is a part of its head's text, and would keep the whole
    lists.set(Buffer.from(value, "latin1").toString("latin1"), list);
  }
  return list;
}

function members(value: string): readonly string[] {
  return value
    .split(",")
    .map((member) => withoutBlanks(member).toLowerCase())
    .filter((member) => member !== "");
}

const lists = new Map<string, readonly string[]>();
/** Clients that invent lists must not fill the memory. */
const MOST_KNOWN = 100;
const LONGEST_KNOWN = 40;

/** Space and tab only: `trim` would also take off what is no blank to HTTP, and mend a value nobody else mends. */
function withoutBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

const NO_MEMBERS: readonly string[] = [];
