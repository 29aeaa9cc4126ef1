import { readFile, readlink } from 'node:fs/promises';
import { ExecutorUnavailable } from '../../domain/errors.ts';
import { outputOf } from './output-of.ts';

/** This boot of this machine, and the pid namespace that we are in. */
export interface Machine {
  boot: string;
  /** Empty where there are no namespaces. */
  namespace: string;
}

let known: Promise<Machine> | undefined;

/** Neither changes while we live. */
export const thisMachine = (): Promise<Machine> => {
  known ??= (process.platform === 'darwin' ? darwin() : linux()).catch((error: unknown) => {
    known = undefined;
    throw new ExecutorUnavailable(`The identity of this machine's boot cannot be read: ${String(error)}`, {
      cause: error,
    });
  });
  return known;
};

const linux = async (): Promise<Machine> => ({
  boot: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
  namespace: await readlink('/proc/self/ns/pid'),
});

const darwin = async (): Promise<Machine> => ({
  boot: (await outputOf('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])).trim(),
  namespace: '',
});
