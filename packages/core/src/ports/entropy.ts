/** Randomness, passed in, so that a simulation replays to the letter. */
export interface Entropy {
  /** 32 hex digits. */
  id(): string;
  /** 0 ≤ x < 1. */
  random(): number;
}
