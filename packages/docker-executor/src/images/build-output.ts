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
  // Of each stream its own: a line that a program writes in parts is not torn by what the other stream says meanwhile.
  const rests = { stdout: '', stderr: '' };
  let stream: keyof typeof rests = 'stdout';
  let last: string[] = [];
  const keep = (lines: string[]): string[] => {
    const told = lines.map(plain).filter((line) => line.trim() !== '' && !noise.test(line));
    last = [...last, ...told.filter((line) => !stepForm.test(line))].slice(-10);
    return told;
  };
  return {
    heard(piece) {
      const whole: string[] = [];
      for (const part of piece.split(colour)) {
        if (part === stderrBegins) stream = 'stderr';
        else if (part === stderrEnds) stream = 'stdout';
        else if (!colour.test(part)) {
          const lines = (rests[stream] + part).split('\n');
          rests[stream] = lines.pop() ?? '';
          whole.push(...lines);
        }
      }
      return keep(whole);
    },
    ended() {
      const lines = keep([rests.stdout, rests.stderr]);
      rests.stdout = rests.stderr = '';
      return lines;
    },
    lastLines: () => last,
  };
};

// Without what a progress bar wrote over.
const plain = (line: string): string => line.replace(/\r$/, '').replace(/^.*\r/, '');

// The engine gives a colour to what comes from stderr; programs give theirs to what they like.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const colour = /(\u001b\[[\d;]*m)/;
const stderrBegins = '\u001b[91m';
const stderrEnds = '\u001b[0m';

/** `Step 3/8 : RUN …` of the engine. */
export const stepForm = /^Step (\d+)\/(\d+) : /;

// The engine's own housekeeping.
const noise = /^ ---> |^Removing intermediate container |^Successfully (?:built|tagged) /;
