/** A way in which a value may be written. */
export interface Form {
  text: string;
  /** Programs that write it so break it over lines. */
  wraps: boolean;
  /** The character before it, or behind it, has some bits of the value. */
  before: boolean;
  after: boolean;
}
