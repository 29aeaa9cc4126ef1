import type { Container } from '../engine/answers.ts';
import type { Engine } from '../engine/engine.ts';
import { isRefusal } from '../engine/faults.ts';
import { readClaim } from './read-notes.ts';

/**
 * Whether a container that was started has run nothing yet, since its secrets have not come. The claim alone does not tell: a job can
 * take it away. What it has printed it cannot, and every script prints its first phase before anything else.
 */
export const waitsForSecrets = async (
  engine: Engine,
  { Id, Config }: Pick<Container, 'Id' | 'Config'>,
  signal: AbortSignal,
): Promise<boolean> => {
  if (!Config.OpenStdin) return false;
  try {
    return (await readClaim(engine, Id, signal)) === 'none' && !(await hasPrinted(engine, Id, signal));
  } catch (error) {
    // Nobody but a job makes its notes unreadable.
    if (isRefusal(error)) return false;
    throw error;
  }
};

const hasPrinted = async (engine: Engine, id: string, signal: AbortSignal): Promise<boolean> => {
  const query = { stdout: true, stderr: true, tail: 1 };
  const log = await engine.open({ method: 'GET', path: `/containers/${id}/logs`, query, signal });
  for await (const _ of log) return true;
  return false;
};
