/** The program that a command begins with; null: only a shell can tell. */
export const firstWordOf = (command: string | readonly string[]): string | null => {
  if (typeof command !== 'string') return command[0] ?? null;
  const word = /^\s*([\w./~+@%,:-]+)(?=\s|$)/.exec(command)?.[1] ?? null;
  return word === null || word.includes('=') || shellWords.has(word) ? null : word;
};

const shellWords = new Set(
  '. : [ alias bg break case cd command continue echo eval exec exit export false fc fg for getopts hash if jobs kill pwd printf read readonly return set shift source test time times trap true type ulimit umask unalias unset until wait while { }'.split(
    ' ',
  ),
);
