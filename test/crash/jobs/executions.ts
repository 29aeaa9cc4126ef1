import { readFileSync } from 'node:fs';

/** What jobs said of themselves, in the order in which they said it: lines of one file, each appended by the job's own process. */
export interface Said {
  what: 'begin' | 'end';
  /** The attempt's key, as its environment has it. */
  key: string;
  /** Real time, epoch ms; null where `date` was told to end too. */
  at: number | null;
}

/**
 * A shell command that appends a line when it begins and one when it ends, also when it is told to end. `body` runs in
 * between; `attempt` is its number there, and `code` its exit status.
 */
export const reporting = (file: string, body: string): string => `
say() { echo "$1 $RUNYARD_ATTEMPT $(date +%s%3N)" >>'${file}'; }
attempt=\${RUNYARD_ATTEMPT##*.}
code=0
say begin
trap 'say end; exit 143' TERM
${body}
say end
exit $code`;

export const readSaid = (file: string): Said[] => parseSaid(readIfThere(file));

export const parseSaid = (text: string): Said[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(begin|end) (\S+) (\d*)$/.exec(line);
      if (!match) throw new Error(`not a line of a job: ${JSON.stringify(line)}`);
      return { what: match[1] as Said['what'], key: match[2] ?? '', at: match[3] ? Number(match[3]) : null };
    });

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return '';
    throw error;
  }
};
