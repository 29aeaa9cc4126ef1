import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliHost, cliHost, runyardProcess } from './support/cli-host.ts';
import { cuttingProxy, portOf } from './support/cutting-proxy.ts';
import { read } from './support/http-host.ts';

let host: CliHost;
beforeAll(async () => {
  host = await cliHost();
});
afterAll(() => host[Symbol.asyncDispose]());

describe('runyard start --wait ends as the run does', () => {
  it.each([
    ['0 where the command succeeds', 'true', {}, 0],
    ["the command's own exit code", 'exit 7', {}, 7],
    ['128 + N where signal N ended it', 'kill -KILL $$', {}, 137],
    ['124 where its run limit was over', 'exec sleep 60', { limits: { run_ms: 100, grace_ms: 1000 } }, 124],
    ['125 where it could not be started as asked', 'true', { working_dir: 'not/there' }, 125],
  ])('%s', async (name, command, fields, exit) => {
    const job = await host.job({ name, command, ...fields });
    const said = await host.cli('start', job.id, '--wait');
    expect(said).toMatchObject({ exit, out: expect.stringMatching(/^Run [0-9a-f]{32} (succeeded|failed) \(/) });
  });

  it('143 where it was cancelled', async () => {
    const job = await host.job({ name: 'cancelled', command: 'exec sleep 60' });
    const waiting = host.cli('start', job.id, '--wait');
    const run = await activeRun(job.id);
    expect(await host.cli('stop', run)).toMatchObject({ exit: 0, out: `Run ${run} was asked to stop.\n` });
    expect((await waiting).exit).toBe(143);
    expect((await host.cli('stop', run)).out).toBe(`Run ${run} has ended (cancelled).\n`);
  });

  it('as a process, with its log on stdout and our own words on stderr', async () => {
    const job = await host.job({ name: 'loud', command: 'echo out; echo err >&2; exit 3' });
    const { exit, out, err } = await runyardProcess({ env: host.env }, 'start', 'loud', '--follow').said;
    expect({
      exit,
      out: out
        .split('\n')
        .filter((line) => !line.startsWith('[runyard]'))
        .sort(),
    }).toEqual({
      exit: 3,
      out: ['', 'err', 'out'],
    });
    expect(err).toMatch(
      /^runyard: started run \w+ of loud\.\nrunyard: Run \w+ failed \(exit-code\): .* exit code 3\.\n$/,
    );
    expect(job.id).toMatch(/^\w{32}$/);
  });

  it('answers with the run as one JSON object where that is asked for, and the log goes to stderr', async () => {
    await host.job({ name: 'json', command: 'echo hello; exit 4' });
    const { exit, out, err } = await host.cli('start', 'json', '--follow', '--json');
    expect({ exit, run: JSON.parse(out).run }).toMatchObject({
      exit: 4,
      run: { state: 'failed', exit_code: 4, trigger: 'manual' },
    });
    expect(err).toContain('hello\n');
  });
});

it('what is behind -- are arguments, and --env and --ref are for this run alone', async () => {
  await host.job({ name: 'echo', command: ['printenv'], environment_variables: { A: 'job' } });
  const said = await host.cli('start', 'echo', '--env', 'A=mine', '--env', 'B=x=y', '--follow', '--', 'A', 'B');
  expect(said.out.split('\n')).toEqual(expect.arrayContaining(['mine', 'x=y']));
  expect((await host.cli('start', 'echo', '--env', 'NOPE')).exit).toBe(64);
  expect(await host.cli('start', 'echo', '--ref', 'v1')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('no source'),
  });
});

it('a start whose answer was lost is repeated and starts nothing twice', async () => {
  const job = await host.job({ name: 'once', command: 'true' });
  await using proxy = await cuttingProxy(portOf(host.server));
  proxy.loseAnswerTo(`POST /api/jobs/${job.id}/start`);
  const { exit } = await runyardProcess({ env: { ...host.env, RUNYARD_URL: `${proxy.origin}/api` } }, 'start', 'once')
    .said;
  expect(exit).toBe(0);
  expect((await read(host.call('GET', `/api/runs?job_id=${job.id}`))).body.runs).toHaveLength(1);
});

it('a wait goes on over a connection that breaks', async () => {
  const job = await host.job({ name: 'waits', command: ['gated'], executor: 'function' });
  await using proxy = await cuttingProxy(portOf(host.server));
  const waiting = runyardProcess(
    { env: { ...host.env, RUNYARD_URL: `${proxy.origin}/api` } },
    'start',
    'waits',
    '--wait',
  );
  await host.gate.next();
  for (const before = proxy.connections; proxy.connections < before + 3; ) {
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await host.cli('stop', job.id);
  expect((await waiting.said).exit).toBe(143);
});

describe('Ctrl-C while a run is waited for', () => {
  it.each(['--wait', '--follow'])(
    'with %s leaves the run going, says how to stop it, and ends with 130',
    async (option) => {
      const job = await host.job({ name: `kept${option}`, command: ['gated'], executor: 'function' });
      const waiting = runyardProcess({ env: host.env }, 'start', job.name as string, option);
      await once(waiting.err, 'data');
      await host.gate.next();
      waiting.signal('SIGINT');
      const run = await activeRun(job.id);
      expect(await waiting.said).toMatchObject({
        exit: 130,
        err: expect.stringContaining(`run ${run} goes on. To stop it: \`runyard stop ${run}\``),
      });
      expect((await host.cli('stop', job.id, '--wait')).out).toBe(`Run ${run} has ended (cancelled).\n`);
      expect((await host.cli('stop', job.id)).out).toMatch(/^No run of .* is active\.\n$/);
    },
  );
});

it('a job that forbids a second run refuses it with the run in the way', async () => {
  const job = await host.job({ name: 'one', command: ['gated'], executor: 'function', concurrency_policy: 'Forbid' });
  await host.cli('start', 'one');
  const { exit, out } = await host.cli('start', 'one', '--json');
  expect({ exit, error: JSON.parse(out).error }).toMatchObject({
    exit: 1,
    error: { code: 'forbidden-overlap', id: await activeRun(job.id) },
  });
  await host.cli('stop', 'one', '--wait');
});

const activeRun = async (jobId: string): Promise<string> => {
  for (;;) {
    const answer = await host.call('GET', `/api/runs?job_id=${jobId}&state=starting&state=running&state=queued`);
    const { runs } = (await answer.json()) as { runs: { id: string }[] };
    if (runs[0]) return runs[0].id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
