import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a program said, and how it ended. */
export interface Told {
  exit: number | null;
  out: string;
  err: string;
}

/** Runs an example to its end, as its reader would. */
export const told = async (main: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Told> => {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exit, out, err };
};
