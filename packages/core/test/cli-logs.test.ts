import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliHost, cliHost, runyardProcess } from './support/cli-host.ts';
import { cuttingProxy, portOf } from './support/cutting-proxy.ts';

let host: CliHost;
beforeAll(async () => {
  host = await cliHost();
});
afterAll(() => host[Symbol.asyncDispose]());

it('prints the log of a run, and of the last run of a job', async () => {
  await host.job({ name: 'says', command: 'echo one; echo two; printf three' });
  const started = JSON.parse((await host.cli('start', 'says', '--wait', '--json')).out);
  for (const which of ['says', started.run.id]) {
    const { exit, out } = await host.cli('logs', which);
    expect({ exit, out: ofTheJob(out) }).toEqual({ exit: 0, out: 'one\ntwo\nthree' });
  }
  expect(ofTheJob((await host.cli('logs', 'says', '--tail', '1')).out)).toBe('three');
});

it('prints one JSON object for each entry where that is asked for', async () => {
  await host.job({ name: 'as json', command: 'echo one; echo two' });
  await host.cli('start', 'as json', '--wait');
  const { out } = await host.cli('logs', 'as json', '--json');
  const entries = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(
    entries
      .filter(({ stream }) => stream !== 'phase')
      .map(({ text }) => text)
      .join(''),
  ).toBe('one\ntwo\n');
});

it('-f goes on over connections that break, with every line once and in order, and ends with the run', async () => {
  const job = await host.job({ name: 'long', command: ['gated'], executor: 'function' });
  await host.cli('start', job.id);
  const context = await host.gate.next();
  await using proxy = await cuttingProxy(portOf(host.server));
  const following = runyardProcess({ env: { ...host.env, RUNYARD_URL: `${proxy.origin}/api` } }, 'logs', '-f', 'long');
  for (let n = 0; n < 20; n++) {
    const seen = once(following.out, 'data');
    context.log(`line ${n}`);
    await seen;
    if (n % 4 === 3) proxy.cut();
  }
  host.gate.open();
  const { exit, out } = await following.said;
  expect({ exit, lines: ofTheJob(out).trimEnd().split('\n') }).toEqual({
    exit: 0,
    lines: Array.from({ length: 20 }, (_, n) => `line ${n}`),
  });
  expect(proxy.connections).toBeGreaterThan(5);
});

it('says so where a job has not run, and ends with 1', async () => {
  await host.job({ name: 'new', command: 'true' });
  expect(await host.cli('logs', 'new')).toMatchObject({
    exit: 1,
    out: '',
    err: expect.stringContaining('has not run yet'),
  });
});

it('ends quietly where nobody reads any further', async () => {
  await host.job({ name: 'much', command: 'seq 1 200000' });
  await host.cli('start', 'much', '--wait');
  const printing = runyardProcess({ env: host.env }, 'logs', 'much');
  await once(printing.out, 'data');
  printing.out.destroy();
  const { exit, err } = await printing.said;
  expect({ exit, err }).toEqual({ exit: 141, err: '' });
});

const ofTheJob = (out: string): string => out.replace(/^\[runyard\] .*\n/gm, '');
