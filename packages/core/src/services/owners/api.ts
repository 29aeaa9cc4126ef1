/** Of an owner that the directory knows. */
export interface NamedOwner {
  /** The user's or the group's name. */
  name: string;
  /** Epoch ms. */
  createdAt: number;
}

/** By `user:<id>` and `group:<id>`; those that have no name here are left out. */
export type OwnerNames = ReadonlyMap<string, NamedOwner>;

export interface FoundOwner {
  /** `user:<id>` or `group:<id>`; where none or several were found, what the text says as an id. */
  owner: string;
  /**
   * - `one`: that is the owner, or, without a directory and for `user:…` and `group:…`, may be
   * - `none`: a bare name of nobody, or of somebody who is not to be seen
   * - `several`: a bare name of a user and of a group
   */
  found: 'one' | 'none' | 'several';
}

/** Between owners and what people call them, for somebody: whom he may not see is answered like one who is not there. */
export interface Owners {
  /** One lookup, however many they are. */
  named(owners: Iterable<string>): Promise<OwnerNames>;
  /** By `user:<id>`, `user:<name>`, `group:<id>`, `group:<name>`, a bare id or name, or that behind an organisation's and a slash. Ids win over names. */
  find(text: string): Promise<FoundOwner>;
}
