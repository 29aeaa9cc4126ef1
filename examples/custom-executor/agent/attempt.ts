import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { AgentAttempt, End, StartOrder } from './answers.ts';
import { carriersOf, signalAll } from './processes.ts';

/** One attempt of this agent: a folder, and once it was started the processes that carry its id. */
export interface Attempt {
  readonly id: string;
  readonly key: string;
  readonly installation: string;
  readonly createdAt: number;
  readonly dir: string;
  startedAt: number | null;
  end: End | null;
  /** When KILL comes, on the monotonic clock; whoever asks later can only bring it forward. */
  killAt: number;
  told: Set<number>;
}

export const outputOf = ({ dir }: Attempt): string => join(dir, 'output');
export const workspaceOf = ({ dir }: Attempt): string => join(dir, 'workspace');

export const look = async ({ id, key, createdAt, startedAt, end, dir }: Attempt): Promise<AgentAttempt> => {
  const state = end !== null ? 'finished' : startedAt === null ? 'prepared' : 'running';
  return {
    id,
    key,
    state,
    createdAt,
    startedAt,
    end,
    phase: await readFile(join(dir, 'phase'), 'utf8').catch(() => ''),
  };
};

/** Runs the script; returns once it runs, or has an end that says why not. The caller has seen to it that this is done once. */
export const start = async (attempt: Attempt, order: StartOrder, place: string): Promise<void> => {
  attempt.startedAt = Date.now();
  try {
    await run(attempt, order, place);
  } catch (error) {
    attempt.end ??= { at: Date.now(), how: 'not-started', why: `The agent could not run it: ${error}` };
  }
};

const run = async (
  attempt: Attempt,
  { key, env, secrets, shell, script }: StartOrder,
  place: string,
): Promise<void> => {
  const { dir, id } = attempt;
  const paths = { RUNYARD_PHASE_FILE: join(dir, 'phase'), RUNYARD_SCRATCH_DIR: join(dir, 'scratch') };
  const marks = { RUNYARD_ATTEMPT: key, AGENT_PLACE: place, AGENT_ATTEMPT: id };
  const variables: Record<string, string> = {};
  for (const { type, location, value } of secrets) {
    if (type === 'environment_variable') variables[location] = value;
    else await writeSecret(workspaceOf(attempt), location, value);
  }
  await writeFile(join(dir, 'script'), script);
  const output = await open(outputOf(attempt), 'a', 0o600);
  const child = spawn(shell, [join(dir, 'script')], {
    cwd: workspaceOf(attempt),
    env: { PATH: process.env.PATH, ...env, ...variables, ...paths, ...marks },
    stdio: ['ignore', output.fd, output.fd],
    detached: true,
  });
  child.once('exit', (code, signal) => {
    const how = signal === null ? { how: 'exited' as const, code: code ?? 1 } : { how: 'signalled' as const, signal };
    attempt.end ??= { at: Date.now(), ...how };
  });
  await once(child, 'spawn').finally(() => output.close());
};

const writeSecret = async (workspace: string, location: string, value: string): Promise<void> => {
  const file = join(workspace, location);
  if (!file.startsWith(workspace + sep))
    throw new Error(`The secret file '${location}' would lie outside of the workspace.`);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, value, { mode: 0o400, flag: 'wx' });
};

/** One step of TERM, grace, KILL. True: something still runs, so come again. */
export const stopStep = async (attempt: Attempt): Promise<boolean> => {
  const pids = await carriersOf('AGENT_ATTEMPT', attempt.id);
  if (performance.now() >= attempt.killAt) signalAll(pids, 'SIGKILL');
  else
    signalAll(
      pids.filter((pid) => !attempt.told.has(pid)),
      'SIGTERM',
    );
  for (const pid of pids) attempt.told.add(pid);
  return pids.length > 0 || (attempt.startedAt !== null && attempt.end === null);
};
