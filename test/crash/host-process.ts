import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command, Report } from './host.ts';

/** A host process that a test may end as it likes. */
export interface HostProcess {
  readonly pid: number;
  tell(command: Command): void;
  hear<K extends Report['is']>(is: K): Promise<Report & { is: K }>;
  /** Resolves once it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export const startHostProcess = async (dataDir: string): Promise<HostProcess> => {
  const child = fork(fileURLToPath(new URL('./host.ts', import.meta.url)), [dataDir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const hear = async <K extends Report['is']>(is: K): Promise<Report & { is: K }> => {
    const fell = gone.then(([code, signal]) => {
      throw new Error(`the host ended with ${signal ?? code} before it said '${is}'`);
    });
    fell.catch(() => {});
    for (;;) {
      const [report] = (await Promise.race([once(child, 'message'), fell])) as [Report];
      if (report.is === is) return report as Report & { is: K };
    }
  };
  await hear('ready');
  if (child.pid === undefined) throw new Error('the host has no pid');
  return {
    pid: child.pid,
    tell: (command) => void child.send(command),
    hear,
    async kill(signal) {
      child.kill(signal);
      await gone;
    },
  };
};
