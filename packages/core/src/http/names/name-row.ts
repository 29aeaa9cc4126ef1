/**
 * One field: its path on the wire, its path in the library, and how the value is rewritten where it differs. `items`
 * names the fields inside a list's entries.
 */
export interface NameRow {
  wire: string;
  library: string;
  codec?: Codec;
  items?: readonly NameRow[];
  /** One of the shapes that the field around `library` has: null says only that it has another. */
  shape?: true;
}

export interface Codec {
  /** From the wire. Throws a `RunyardError` for what cannot be said in the library's terms. */
  read(value: unknown, field: string): unknown;
  /** To the wire. */
  write(value: unknown): unknown;
}

export const row = (wire: string, library: string, codec?: Codec): NameRow =>
  codec === undefined ? { wire, library } : { wire, library, codec };

/** The wire has the library's name. */
export const same = (name: string): NameRow => row(name, name);
