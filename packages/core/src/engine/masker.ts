/** Shorter values would mask half the log. */
const shortest = 4;
const shown = '***';

export interface Masker {
  add(values: readonly string[]): void;
  apply(text: string): string;
  /** Whether there is anything to mask. */
  isBusy(): boolean;
}

/** Replaces secret values in lines of a log. */
export const masker = (): Masker => {
  // Longest first: one that begins like another must not leave the rest of it behind.
  let values: string[] = [];
  return {
    isBusy: () => values.length > 0,
    add(more) {
      if (more.length === 0) return;
      const lines = more.flatMap((value) => value.split('\n')).map((line) => line.trim());
      const worth = lines.filter((line) => line.length >= shortest);
      values = [...new Set([...values, ...worth])].sort((a, b) => b.length - a.length);
    },
    apply: (text) =>
      values.reduce((masked, value) => (masked.includes(value) ? masked.replaceAll(value, shown) : masked), text),
  };
};
