import type { IncomingMessage } from 'node:http';
import type { GitCredential, LaunchSource } from '@runyard/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAttempts } from '../support/attempts.ts';
import { type GitHost, gitHost } from '../support/git-host.ts';
import { until } from '../support/until.ts';
import { describeOnCluster, type TestCluster, useCluster } from '../support/use-cluster.ts';

const login = { username: 'ann', password: 'hunter2-7f3a' };
const credential: GitCredential = { kind: 'https', ...login };

describeOnCluster('the sources of a job', () => {
  const cluster = useCluster();
  let open: GitHost;
  let closed: GitHost;
  let held: (() => void)[] = [];
  beforeAll(async () => {
    const name = cluster().thisMachine ?? '127.0.0.1';
    open = await gitHost({ name });
    // One that lets everybody wait who asks for what is held.
    const before = ({ url }: IncomingMessage): Promise<boolean> | boolean =>
      url?.includes('/held/') ? new Promise((resolve) => held.push(() => resolve(true))) : false;
    closed = await gitHost({ name, login, before });
  });
  afterAll(async () => {
    for (const release of held) release();
    held = [];
    await open?.[Symbol.asyncDispose]();
    await closed?.[Symbol.asyncDispose]();
  });

  it('are cloned at their commits where they say, one inside the other, with their submodules', async ({ skip }) => {
    reached(cluster(), skip);
    await using attempts = await openAttempts(cluster());
    const [outer, inner, lib] = [open.repository(), closed.repository(), open.repository()];
    const libCommit = lib.commit({ 'lib.txt': 'of the submodule\n' });
    outer.commit({ 'a.txt': 'outer\n' });
    const outerCommit = outer.submodules({ 'third/party': { url: lib.url, commit: libCommit } });
    const innerCommit = inner.commit({ 'b.txt': 'inner\n' });
    inner.commit({ 'b.txt': 'later\n' });
    const { outcome, log } = await attempts.run({
      sh: 'cat a.txt deep/er/b.txt third/party/lib.txt; pwd; echo new >a.txt; echo new >deep/er/c.txt',
      sources: [
        source({ url: inner.url, commit: innerCommit, path: 'deep/er', credential }),
        source({ url: outer.url, commit: outerCommit, submodules: true }),
      ],
    });
    expect(outcome).toMatchObject({ class: 'exited', code: 0, phase: 'command' });
    expect(log).toMatch(/(^|\n)outer\ninner\nof the submodule\n\/runyard\/workspace\n$/);
  });

  it('leave nothing of their credential in the workspace, the pod, the Job, its events, the handle or the log', async ({
    skip,
  }) => {
    reached(cluster(), skip);
    await using attempts = await openAttempts(cluster());
    const { url, commit } = closed.repository();
    const { handle, outcome, log } = await attempts.run({
      sh: [
        'env >/tmp/env; cat /proc/1/environ >/tmp/environ; ls -la /runyard-secret /runyard /runyard/home',
        `grep -r -e '${login.password.slice(0, 4)}'"${login.password.slice(4)}" /runyard /runyard-secret /tmp && exit 3`,
        'echo found nothing',
      ].join('\n'),
      sources: [source({ url, commit: commit({ 'b.txt': 'x' }), credential })],
    });
    expect(outcome).toMatchObject({ class: 'exited', code: 0 });
    expect(log).toContain('found nothing');
    const readable = await cluster().admin.readable();
    expect(readable).toContain(handle.uid);
    for (const text of [readable, JSON.stringify(handle), log])
      for (const secret of [login.password, base64(login.password), base64(`${login.username}:${login.password}`)])
        expect(text).not.toContain(secret);
  });

  it('of which the commit is not there, or the credential is refused, could never run as asked', async ({ skip }) => {
    reached(cluster(), skip);
    await using attempts = await openAttempts(cluster());
    const [one, other] = [open.repository(), closed.repository()];
    const told = async (asked: LaunchSource) => (await attempts.run({ sh: 'echo ran', sources: [asked] })).outcome;
    const wrong = { ...credential, password: 'something-else' };
    const outcomes = await Promise.all([
      told(source({ url: one.url, commit: 'a'.repeat(40) })),
      told(source({ url: other.url, commit: other.git('rev-parse', 'HEAD'), credential: wrong })),
      told(source({ url: other.url, commit: other.git('rev-parse', 'HEAD') })),
    ]);
    expect(outcomes).toEqual([
      expect.objectContaining({
        class: 'start-failed',
        reason: 'ref-not-found',
        sentence: expect.stringContaining(one.url),
      }),
      expect.objectContaining({
        class: 'start-failed',
        reason: 'source-refused',
        sentence: expect.stringContaining(other.url),
      }),
      expect.objectContaining({ class: 'start-failed', reason: 'source-refused' }),
    ]);
  });

  it('of which the server is not there are nobody’s fault, and what git said stands in the log', async () => {
    await using attempts = await openAttempts(cluster());
    const url = 'https://127.0.0.1:1/code.git';
    const { outcome, log } = await attempts.run({ sh: 'echo ran', sources: [source({ url, commit: 'a'.repeat(40) })] });
    expect(outcome).toMatchObject({ class: 'infrastructure', reason: 'source-unreachable' });
    expect(outcome.sentence).toContain(url);
    expect(log).toMatch(/127\.0\.0\.1.*(refused|connect)/i);
    expect(log).not.toContain('ran');
  });

  it('are waited for as such; a stop ends the clone, and nothing of the command runs', async ({ skip }) => {
    reached(cluster(), skip);
    await using attempts = await openAttempts(cluster());
    const { url } = closed;
    const attempt = await attempts.begin({
      sh: 'echo ran',
      sources: [source({ url: `${url}/held/code`, commit: 'a'.repeat(40), credential })],
    });
    await until(async () => held.length > 0, 'the clone to begin');
    await until(async () => attempt.progress.at(-1)?.phase === 'sources', 'the run to wait for its sources');
    await attempt.stop(1000);
    expect(await attempt.outcome).toMatchObject({ class: 'infrastructure', reason: 'stopped-before-start' });
    expect(await attempt.log()).not.toContain('ran');
    expect((await cluster().admin.pods(attempt.handle)).map(({ status }) => status?.phase)).toEqual(['Failed']);
  });
});

const reached = ({ thisMachine }: TestCluster, skip: (condition: boolean, because: string) => void): void =>
  skip(thisMachine === null, 'its pods do not reach this machine (RUNYARD_TEST_HOST)');

const source = ({
  credential: given = null,
  ...parts
}: Partial<Omit<LaunchSource, 'credential'>> & {
  url: string;
  commit: string;
  credential?: GitCredential | null;
}): LaunchSource => ({
  ...{ path: '.', ref: null, submodules: false, lfs: false, ...parts },
  checkout: () => Promise.reject(new Error('pods fetch by themselves')),
  credential: () => Promise.resolve(given),
});

const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1);
