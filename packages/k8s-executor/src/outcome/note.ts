/** What the wrapper wrote into its container's termination message when its script ended. */
export interface Note {
  status: number;
  /** A signal ended the script; else a status above 128 is an exit code of the command's own. */
  signalled: boolean;
  /** The container was told to end before the script had. */
  interrupted: boolean;
  /** The phase that began last; null: none had. */
  phase: string | null;
  /** Why that failed, where the script itself said so. */
  sentence?: string;
}

/**
 * Reads `\u001erunyard <status> <signalled 0|1> <interrupted 0|1> <phase>`, with `-` or nothing for no phase, and behind that line the script's sentence. null: it
 * is none. The job can write there as well, so that nothing is taken that the wrapper would not have written.
 */
export const parseNote = (message: string | undefined): Note | null => {
  const [head, sentence] = marked(message);
  const [, status, signalled, interrupted, phase = ''] = noteForm.exec(head) ?? [];
  if (status === undefined || Number(status) > 255) return null;
  return {
    status: Number(status),
    signalled: signalled === '1',
    interrupted: interrupted === '1',
    phase: phaseOf(phase),
    ...(sentence !== '' && { sentence: sentence.slice(0, mostSentence) }),
  };
};

const noteForm = /^runyard (\d{1,3}) ([01]) ([01])(?: (\S{0,64}))?$/;

// What is none of the script's phases was written by its command.
const phaseOf = (text: string): string | null => {
  if (text === '' || text === '-') return null;
  return phases.has(text) ? text : 'command';
};

const phases = new Set(['extra-packages', 'start-script', 'working-dir', 'command']);

const mostSentence = 2048;

/** What the container `source` wrote when it could not bring one of the sources. */
export interface SourceNote {
  /** Which of the Job's sources, from 0. */
  index: number;
  exitCode: number;
  /** The end of git's stderr. */
  stderr: string;
}

/** Reads `\u001erunyard-source <index> <exit code>` and what is behind that line. */
export const parseSourceNote = (message: string | undefined): SourceNote | null => {
  const [head, stderr] = marked(message);
  const [, index, exitCode] = sourceForm.exec(head) ?? [];
  return index === undefined ? null : { index: Number(index), exitCode: Number(exitCode), stderr };
};

const sourceForm = /^runyard-source (\d{1,3}) (\d{1,3})$/;

// Its first line without the mark, and what is behind that line.
const marked = (text = ''): [string, string] => {
  if (!text.startsWith(mark)) return ['', ''];
  const end = text.indexOf('\n');
  return end === -1 ? [text.slice(1), ''] : [text.slice(1, end), text.slice(end + 1).trimEnd()];
};

const mark = '\u001e';
