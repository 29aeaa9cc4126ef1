/** `ok` and `note` need nothing; `warning` may become a fault; `wrong` is one, and makes the exit code 1. */
export type Level = 'ok' | 'note' | 'warning' | 'wrong';

/** One thing that was looked at. */
export interface Finding {
  about: string;
  level: Level;
  /** A sentence. */
  says: string;
  /** What to do about it. */
  todo?: string;
}

export const ok = (about: string, says: string): Finding => ({ about, level: 'ok', says });
export const note = (about: string, says: string): Finding => ({ about, level: 'note', says });
export const warning = (about: string, says: string, todo: string): Finding => ({
  about,
  level: 'warning',
  says,
  todo,
});
export const wrong = (about: string, says: string, todo: string): Finding => ({ about, level: 'wrong', says, todo });
