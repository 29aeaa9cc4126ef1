import type { Literal } from './literals.ts';

/** What a program says about the world around it. */
export interface Mentions {
  /** What it imports, as its language names it. */
  imports: readonly Import[];
  literals: readonly Literal[];
  /** Environment variables that it reads. */
  variables: readonly string[];
  /** Where it loads variables from a file; null: from `.env`. */
  envLoads?: readonly { path: string | null; line: number }[];
}

export interface Import {
  /** `pandas`, `a.b`, `./lib/x.js`; of Python without the dots in front. */
  name: string;
  /** How many dots stand in front, of Python; else 0. */
  level: number;
  /** What is taken from it by name, of Python: each may be a module. */
  parts: readonly string[];
}
