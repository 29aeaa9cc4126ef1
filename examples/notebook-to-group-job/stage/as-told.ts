/** The story went another way than it is told. */
export class NotAsTold extends Error {}

/** Throws `NotAsTold` where one of them is not in the text. */
export const asTold = (text: string, told: readonly (string | RegExp)[]): void => {
  for (const each of told) {
    const isThere = typeof each === 'string' ? text.includes(each) : each.test(text);
    if (!isThere) throw new NotAsTold(`Expected ${each} in:\n${text}`);
  }
};

/** Throws `NotAsTold` where it is not so. */
export const isSo = (so: boolean, what: string): void => {
  if (!so) throw new NotAsTold(`It is not so that ${what}.`);
};
