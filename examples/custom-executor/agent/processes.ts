import { readdir, readFile } from 'node:fs/promises';

/** The living processes whose environment has this variable with this value, whichever session or parent they have. Linux only. */
export const carriersOf = async (name: string, value: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const carries = async (pid: string): Promise<boolean> =>
    (await read(pid, 'environ')).split('\0').includes(`${name}=${value}`) && !/\) [ZX] /.test(await read(pid, 'stat'));
  const carrying = await Promise.all(pids.map(carries));
  return pids.filter((_, at) => carrying[at]).map(Number);
};

// A process may end while we look, and some are not ours to look at.
const read = (pid: string, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

/** Only just seen to be ours: no pid is ever kept to be signalled later, when it may be somebody else's. */
export const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
};
