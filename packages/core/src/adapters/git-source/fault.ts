/** Which local repositories may be fetched: none, all, or those below one of these absolute paths. */
export type LocalRepositories = boolean | readonly string[];

/** Why a field is refused: `says` follows "The source's url". */
export interface Fault {
  field: 'url' | 'ref' | 'path';
  says: string;
  expected: string;
}

/** Control characters, which git, a terminal or a log could take for something else. */
export const hasControls = (text: string): boolean => /\p{Cc}/u.test(text);
