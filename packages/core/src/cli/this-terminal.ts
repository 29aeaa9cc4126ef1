import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { typedSecret } from './typed-secret.ts';

/** What a shell reports of a program that SIGPIPE ended. */
const brokenPipe = 141;

/** The terminal of this process. */
export const thisTerminal = (): Terminal => {
  // Whoever reads has enough (`| head`): that is no fault, and there is nobody to tell it.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? brokenPipe : exitCodes.internal);
    });
  return {
    out: async (words) => {
      if (!process.stdout.write(words)) await once(process.stdout, 'drain');
    },
    err: (words) => void process.stderr.write(words),
    input: () => text(process.stdin),
    secret: (prompt) => (process.stdin.isTTY === true ? typedSecret(prompt) : text(process.stdin)),
    cwd: process.cwd(),
    now: () => Date.now(),
    env: process.env,
    colors: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    onScreen: process.stdout.isTTY === true && process.stderr.isTTY === true,
    interrupted: () => {
      const controller = new AbortController();
      process.once('SIGINT', () => controller.abort());
      return controller.signal;
    },
  };
};
