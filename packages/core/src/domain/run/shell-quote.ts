/** The text as one word of any POSIX shell, whatever it holds (NUL cannot be in one). */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const shellWords = (words: readonly string[]): string => words.map(shellQuote).join(' ');
