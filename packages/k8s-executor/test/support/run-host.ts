import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a program of this folder to its end, which has to come by itself; what does not end is killed after 10 s. */
export const runHost = async (name: string, args: readonly string[]): Promise<{ code: unknown; said: string }> => {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const host = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => host.kill('SIGKILL'), 10_000);
  const said: Buffer[] = [];
  for (const stream of [host.stdout, host.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = await once(host, 'exit');
  clearTimeout(timer);
  return { code, said: Buffer.concat(said).toString() };
};
