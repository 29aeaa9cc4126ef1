/** Shorter values would mask half the log. */
const shortest = 4;
const shown = '***';

/** Replaces secret values in lines of a log. */
export const masker = (): { add(values: readonly string[]): void; apply(text: string): string } => {
  const values = new Set<string>();
  return {
    add(more) {
      for (const value of more)
        for (const line of value.split('\n')) if (line.trim().length >= shortest) values.add(line.trim());
    },
    apply(text) {
      let masked = text;
      for (const value of values) if (masked.includes(value)) masked = masked.replaceAll(value, shown);
      return masked;
    },
  };
};
