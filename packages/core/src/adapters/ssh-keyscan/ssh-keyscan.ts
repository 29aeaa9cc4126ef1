import { execFile } from 'node:child_process';
import { RunyardError } from '../../domain/errors.ts';

/** The keys that an SSH server shows, as lines of `known_hosts`; '' where none answered in time. Rejects with the signal's reason, or `source-unreachable`. */
export const sshKeyscan = async (
  host: string,
  { port, signal }: { port: number; signal?: AbortSignal },
): Promise<string> => {
  signal?.throwIfAborted();
  const args = ['-T', '10', '-p', String(port), '-t', 'ed25519,ecdsa,rsa', '--', host];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile('ssh-keyscan', args, { env, maxBuffer, ...(signal && { signal }) }, (error, stdout) => {
      if (signal?.aborted) return reject(signal.reason);
      // It ends with 1 where nothing answered, and with 0 too.
      if (error && typeof error.code !== 'number') return reject(notRun(error));
      resolve(stdout);
    });
  });
};

const maxBuffer = 1024 * 1024;

const notRun = (cause: Error): RunyardError =>
  new RunyardError(
    'source-unreachable',
    `ssh-keyscan could not be run on this host: ${cause.message}. Install the SSH client (openssh-client).`,
    { cause },
  );
