import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../examples/quickstart/main.ts', import.meta.url));
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-quickstart-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

// Collects what it prints; `until` resolves with the match once it was printed.
const quickstart = (...args: string[]) => {
  const child: ChildProcess = spawn(process.execPath, [main, '--data-dir', join(dir, 'data'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const news = new EventTarget();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    news.dispatchEvent(new Event('text'));
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(printed);
      if (match) return match;
      const fell = ended.then(() => {
        throw new Error(`it ended before it printed ${pattern}:\n${printed}`);
      });
      await Promise.race([once(news as never, 'text'), fell]);
    }
  };
  return { child, ended, until, printed: () => printed };
};

describe('the quickstart', () => {
  it('runs the job from git by HTTP, shows its log and state, then fires it from its schedule, and exits 0', async () => {
    const { ended, printed } = quickstart();
    expect(await ended).toEqual([0, null]);
    const summary = /summary {4}3 days, 11 orders, 1302\.70 EUR, 1 rejected/g;
    expect(printed().match(summary)).toHaveLength(2);
    expect(printed()).toMatch(/\(api\): succeeded, completed/);
    expect(printed()).toMatch(/\(schedule\): succeeded, completed/);
    const result = JSON.parse(await readFile(join(dir, 'data', 'results', 'revenue.json'), 'utf8'));
    expect(result).toMatchObject({ currency: 'EUR', preparedBy: expect.stringMatching(/bash/), rejected: 1 });
  }, 120_000);

  it('runs a repository of the reader; killed and started again, the job is still running with its log whole', async () => {
    const git = (...args: string[]) => promisify(execFile)('git', args);
    await git('init', '--quiet', '--initial-branch=main', join(dir, 'own'));
    const author = ['-c', 'user.name=t', '-c', 'user.email=t@localhost'];
    await git('-C', join(dir, 'own'), ...author, 'commit', '--quiet', '--allow-empty', '-m', 'empty');
    const own = ['--serve', '--repo', `file://${join(dir, 'own')}`, '--ref', 'main'];
    const command = ['--command', 'echo begun; sleep 2; echo ended'];

    const first = quickstart(...own, ...command);
    const [, start, token] = await first.until(/curl -X POST -H 'Authorization: (token (\S+))' (\S+)/);
    const [, , , url] = await first.until(/curl -X POST -H 'Authorization: (token (\S+))' (\S+)/);
    expect(token).toMatch(/^ryd_/);
    const response = await fetch(url ?? '', { method: 'POST', headers: { authorization: start ?? '' } });
    const { run } = (await response.json()) as { run: { id: string } };
    const logs = `${new URL(url ?? '').origin}/api/runs/${run.id}/logs?follow=true`;
    const log = await fetch(logs, { headers: { authorization: start ?? '', accept: 'text/plain' } });
    for await (const text of (log.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()))
      if (text.includes('begun')) break;
    first.child.kill('SIGKILL');
    await first.ended;

    const second = quickstart(...own, ...command);
    await second.until(new RegExp(`Run ${run.id} was left running by an earlier host`));
    await second.until(/\| begun\n.*\| ended\n/);
    await second.until(new RegExp(`Run ${run.id} \\(api\\): succeeded`));
    await second.until(/Ctrl-C stops the host/);
    second.child.kill('SIGTERM');
    expect(await second.ended).toEqual([0, null]);
  }, 60_000);
});
