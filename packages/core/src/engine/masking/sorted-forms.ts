import type { Form } from './form.ts';

/** Forms that begin alike. However many there are, looking for one costs little: a text that is made to cost much does not hold up the host. */
export interface SortedForms {
  /** The longest one that stands in the text from there on. */
  at(text: string, from: number): Form | null;
  /** Whether one begins with all that is left of the text from there on, and goes on behind it. */
  goesOn(text: string, from: number): boolean;
}

export const sortedForms = (forms: readonly Form[]): SortedForms => {
  const sorted = [...forms].sort((a, b) => (a.text < b.text ? -1 : 1));
  const texts = sorted.map(({ text }) => text);
  const longest = Math.max(...texts.map((text) => text.length));
  const shorter = shorterOnes(texts);

  return {
    at(text, from) {
      // What stands there is the last one that is not behind it in the alphabet, or else begins like that one.
      let i = countUpTo(texts, text.slice(from, from + longest)) - 1;
      while (i >= 0 && !text.startsWith(texts[i] ?? '', from)) i = shorter[i] ?? -1;
      return sorted[i] ?? null;
    },
    goesOn(text, from) {
      if (text.length - from >= longest) return false;
      const rest = text.slice(from);
      return texts[countUpTo(texts, rest)]?.startsWith(rest) ?? false;
    },
  };
};

// Of each, the longest other one that it begins with; -1: none.
const shorterOnes = (texts: readonly string[]): number[] => {
  const shorter: number[] = [];
  for (const [i, text] of texts.entries()) {
    let other = i - 1;
    while (other >= 0 && !text.startsWith(texts[other] ?? '')) other = shorter[other] ?? -1;
    shorter.push(other);
  }
  return shorter;
};

// How many come before the text or are the same.
const countUpTo = (texts: readonly string[], text: string): number => {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low;
};
