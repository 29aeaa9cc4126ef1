import { execFile } from 'node:child_process';

/** What a small tool of the system prints; as much as it printed where it failed. */
export const outputOf = (file: string, args: readonly string[], timeoutMs = 5000): Promise<string> =>
  new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile(file, args, { env, timeout: timeoutMs, maxBuffer: 2 ** 26 }, (_, stdout) => resolve(stdout));
  });
