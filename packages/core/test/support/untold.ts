import { expect } from 'vitest';

/** No piece of a secret is in a text that is long enough to be told from chance. */
export const expectUntold = (secret: string, text: string): void => {
  for (let i = 0; i + 5 <= secret.length; i++) expect(text).not.toContain(secret.slice(i, i + 5));
};
