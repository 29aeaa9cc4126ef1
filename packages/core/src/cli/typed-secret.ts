import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks on stderr for one line of stdin, which is a terminal, and shows nothing of what is typed. Ctrl-C ends the process as usual. */
export const typedSecret = (prompt: string): Promise<string> =>
  new Promise((resolve) => {
    const nowhere = new Writable({ write: (_, __, done) => done() });
    // From here on the terminal echoes nothing.
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
    process.stderr.write(prompt);
    let line = '';
    lines.once('line', (typed) => {
      line = typed;
      lines.close();
    });
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve(line);
    });
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
  });
