import { type Paint, paintFor } from '../output/paint.ts';
import { visible } from '../output/visible.ts';
import type { Terminal } from '../terminal.ts';
import type { Client } from './client.ts';
import { Refused, Unreachable } from './errors.ts';

/** What the server says would go wrong with a job. */
export interface ServerFinding {
  code: string;
  severity: 'error' | 'warning';
  sentence: string;
  field?: string;
}

/** A stored job by its id, or one as it is described. */
export type Asked = { name: string } & ({ id: string } | { body: unknown });

export interface Checked {
  name: string;
  findings: ServerFinding[];
}

/** It ends by itself after a minute. */
const longestMs = 90_000;
const atOnce = 4;
/** What is not asked by then is not waited for: the jobs are applied already. */
const wholeMs = 120_000;

/** What the server finds in each of them, in their order. What it cannot say is a warning: the jobs themselves are what they are. */
export const checkJobs = async (
  client: Client,
  jobs: readonly Asked[],
  { mostMs = wholeMs }: { mostMs?: number } = {},
): Promise<Checked[]> => {
  const signal = AbortSignal.timeout(mostMs);
  const checked: Checked[] = jobs.map(({ name }) => ({ name, findings: [] }));
  const waiting = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, job] of waiting) {
      const each = checked[index];
      if (each) each.findings = signal.aborted ? [tooLate(mostMs)] : await ask(client, job, { signal, mostMs });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return checked;
};

const tooLate = (mostMs: number): ServerFinding => ({
  code: 'not-asked',
  severity: 'warning',
  sentence: `The job was not checked: all checks together took longer than ${Math.round(mostMs / 1000)} seconds.`,
});

interface Limits {
  signal: AbortSignal;
  mostMs: number;
}

const ask = async (client: Client, job: Asked, { signal, mostMs }: Limits): Promise<ServerFinding[]> => {
  const [path, body] = 'id' in job ? [`/jobs/${job.id}/check`, {}] : ['/jobs/check', { body: job.body }];
  const options = { repeatable: true, longestMs, signal, ...body };
  try {
    return (await client.send<{ findings: ServerFinding[] }>('POST', path, options)).findings;
  } catch (error) {
    if (signal.aborted) return [tooLate(mostMs)];
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    return [{ code: 'not-asked', severity: 'warning', sentence: `The job was not checked: ${error.message}` }];
  }
};

/** Whether one of them would fail. What could not be asked says nothing. */
export const hasErrors = (checked: readonly Checked[]): boolean =>
  checked.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));

/** For people, beside the answer of the command. */
export const tellFindings = (terminal: Terminal, checked: readonly Checked[]): void => {
  const paint = paintFor(terminal);
  for (const { name, findings } of checked)
    for (const { severity, code, sentence } of findings)
      terminal.err(visible(`${colour[severity](paint)(severity.padEnd(7))}  ${code}: ${sentence} (job ${name})\n`));
};

const colour: Readonly<Record<ServerFinding['severity'], (paint: Paint) => (text: string) => string>> = {
  error: (paint) => paint.bad,
  warning: (paint) => paint.busy,
};
