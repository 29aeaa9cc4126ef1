import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { inChild } from '../in-child.ts';
import { type Server, startServer } from '../thundering-minute/servers.ts';
import { contenders } from './all.ts';
import type { Contender } from './contender.ts';

/** One contender in a process of its own, over a server of its own. Throws a sentence where it cannot be measured. */
export const measure = async <T>(
  name: string,
  { what, count, group = 1 }: { what: 'throughput' | 'latency'; count: number; group?: number },
): Promise<{ contender: Contender; result: T }> => {
  const contender = await contenders[name]?.();
  if (!contender) throw new Error(`there is no contender '${name}': ${Object.keys(contenders).join(', ')}`);
  let server: Server | null = null;
  try {
    server = contender.server && (await startServer(contender.server));
    return {
      contender,
      result: await inChild<T>(new URL('./child.ts', import.meta.url), [
        name,
        what,
        String(count),
        String(group),
        server?.url ?? '',
      ]),
    };
  } finally {
    await server?.stop();
  }
};

/** What it was measured on, and how busy that was with something else. */
export const machine = async (): Promise<string> => {
  const [first] = cpus();
  const postgres = await versionOf('postgres', ['--version']);
  const redis = await versionOf('redis-server', ['--version']);
  return [
    `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, load ${loadavg()[0]?.toFixed(1)}`,
    `node ${process.version}, SQLite ${process.versions.sqlite ?? ''}, ${postgres}, ${redis}`,
  ].join('\n');
};

const versionOf = (program: string, args: string[]): Promise<string> =>
  promisify(execFile)(program, args).then(
    ({ stdout }) => stdout.trim().slice(0, 40),
    () => `no ${program}`,
  );
