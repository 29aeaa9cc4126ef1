/** What a build prints, which comes in pieces, as lines. */
export interface BuildOutput {
  /** The lines that this piece completes. */
  heard(piece: string): string[];
  /** The rest, where it ended without a newline. */
  ended(): string[];
  /** What its commands printed last, at most ten lines. */
  lastLines(): string[];
}

export const newBuildOutput = (): BuildOutput => {
  let rest = '';
  let last: string[] = [];
  const keep = (lines: string[]): string[] => {
    const told = lines.map(plain).filter((line) => line.trim() !== '' && !noise.test(line));
    last = [...last, ...told.filter((line) => !stepForm.test(line))].slice(-10);
    return told;
  };
  return {
    heard(piece) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      return keep(lines);
    },
    ended() {
      const lines = keep([rest]);
      rest = '';
      return lines;
    },
    lastLines: () => last,
  };
};

// Without the colour that the engine gives to stderr, and without what a progress bar wrote over.
const plain = (line: string): string => line.replaceAll(colour, '').replace(/\r$/, '').replace(/^.*\r/, '');

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const colour = /\u001b\[[\d;]*m/g;

/** `Step 3/8 : RUN …` of the engine. */
export const stepForm = /^Step (\d+)\/(\d+) : /;

// The engine's own housekeeping.
const noise = /^ ---> |^Removing intermediate container |^Successfully (?:built|tagged) /;
