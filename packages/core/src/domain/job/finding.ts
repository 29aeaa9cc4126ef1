import type { ErrorCode } from '../errors.ts';

/** What a check of a job found. */
export interface Finding {
  code: FindingCode | ErrorCode;
  /** `error`: it cannot run as it is. `warning`: it may do what nobody wants, or it could not be found out. */
  severity: 'error' | 'warning';
  /** What is so, and what to do. */
  sentence: string;
  /** Path of the field: `sources.0.ref`. */
  field?: string;
}

/** What only a check tells of. What a job is refused for when it is saved, or a run ends with, has the same code here. */
export const findingCodes = {
  'moving-ref': 'A source names a branch, or nothing: each run takes what it is by then. A tag stays.',
  'unknown-secret': 'The owner has no secret of that name.',
  'unknown-credential': 'The owner has no git credential of that name.',
  'working-dir-missing': 'The working directory is not in the sources as they are now.',
  'command-missing':
    'The program or script that the command begins with, or the script that it gives to an interpreter (`python run.py`), is not there.',
  'command-not-executable': 'The file that the command begins with is no program: its mode lacks the right to execute.',
  'image-missing': 'The executor has no such image, and its registry does not either.',
  'size-too-large': 'No place of the executor is large enough for the size.',
  'schedule-over': 'The schedule does not fire any more.',
  'overlap-likely': 'Its last runs took longer than the time between two occurrences.',
  'not-asked': 'Something could not be asked, so that nothing is known of it.',
} as const;

export type FindingCode = keyof typeof findingCodes;
