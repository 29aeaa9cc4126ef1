import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { SecretAttachment } from '../src/domain/job/job.ts';
import type { LaunchSecret } from '../src/ports/executor.ts';
import type { Logger } from '../src/ports/host.ts';
import type { SecretProvider } from '../src/ports/secret-provider.ts';
import type { GitCredential } from '../src/ports/source.ts';
import { exits, hangs } from '../src/testing/scripted-executor/behaviour.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const asVariable: SecretAttachment = { name: 'db', type: 'environment_variable', location: 'DB' };
const attaching = { name: 'a', command: 'x', secrets: [asVariable] };

/** Answers when it is let to, whatever its signal says. */
const deaf = () => {
  const asked: ((value: string) => void)[] = [];
  const answer = (): Promise<string> => new Promise((resolve) => asked.push(resolve));
  return { asked, answer };
};

const untilAsked = async (asked: readonly unknown[], times = 1): Promise<void> => {
  while (asked.length < times) await new Promise((resolve) => setTimeout(resolve, 2));
};

const stateOf = async (t: TestRunyard, id: string) => (await t.runyard.runs.get(id)).state;

describe('a provider that never answers and does not heed its signal', () => {
  it('holds a start up for five seconds, and a run waits for it', { timeout: 15_000 }, async () => {
    const { asked, answer } = deaf();
    await using t = await testRunyard({ secretProvider: { secret: answer } });
    const job = await t.runyard.jobs.create(attaching);
    const before = performance.now();
    const { id } = await t.runyard.jobs.start(job.id);
    expect(performance.now() - before).toBeGreaterThan(4_500);
    await untilAsked(asked, 2);
    await t.clock.advance(31_000);
    await untilAsked(asked, 3);
    const { sentence } = await t.runyard.runs.get(id);
    expect(sentence).toBe('Waiting for the executor: the secret provider did not answer: no answer within 30 s');
    asked[2]?.('a value');
    await t.events.waitFor('run.running');
    expect(await stateOf(t, id)).toBe('running');
  });

  it.each(['cancel', 'deadline', 'close'] as const)('keeps no run from its %s', async (what) => {
    const { asked, answer } = deaf();
    await using t = await testRunyard({ secretProvider: { has: async () => true, secret: answer } });
    const job = await t.runyard.jobs.create({ ...attaching, limits: { startMs: 5_000 } });
    const { id } = await t.runyard.jobs.start(job.id);
    await untilAsked(asked);
    if (what === 'close') await t.runyard.close();
    else {
      if (what === 'cancel') await t.runyard.runs.cancel(id);
      else await t.clock.advance(6_000);
      const run = await t.runyard.runs.wait(id);
      expect(run.reason).toBe(what === 'cancel' ? 'cancelled-by-user' : 'start-deadline');
      expect(run.infrastructureFailures).toBe(0);
    }
    // What it says afterwards is heard by nobody.
    for (const say of asked) say('too late');
  });

  it('keeps no host from its close that adopts a run, nor one whose source asks for a credential', async () => {
    const { asked, answer } = deaf();
    const shared = { store: memoryStore() };
    await using first = await testRunyard({
      ...shared,
      secretProvider: { secret: async () => 'a value' },
      script: () => hangs(),
    });
    const job = await first.runyard.jobs.create(attaching);
    await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.runyard.close();
    const secretProvider: SecretProvider = { secret: answer, has: async () => true, gitCredential: answer as never };
    const scripted = scriptedExecutor(first.engine);
    await using second = await testRunyard({
      ...shared,
      clock: first.clock,
      executors: { scripted },
      secretProvider,
      source: askingSource,
    });
    await untilAsked(asked);
    const sources = [{ url: 'https://git.example/a.git', credential: 'git' }];
    const fetching = await second.runyard.jobs.create({ name: 'b', command: 'x', sources });
    await second.runyard.jobs.start(fetching.id);
    await untilAsked(asked, 2);
    await second.runyard.close();
  });

  it('is not-asked where a job is cloned, and its late answer is ignored', { timeout: 15_000 }, async () => {
    const { asked, answer } = deaf();
    await using t = await testRunyard({ secretProvider: { secret: answer } });
    const job = await t.runyard.jobs.create(attaching);
    const { lacking } = await t.runyard.jobs.clone(job.id);
    expect(lacking).toMatchObject([{ code: 'not-asked', field: 'secrets.0.name' }]);
    asked[0]?.('late');
  });
});

const askingSource = {
  check: () => {},
  async resolve(_: unknown, { credential }: { credential(name: string): Promise<GitCredential> }) {
    await credential('git');
    return { commit: 'a'.repeat(40) };
  },
  checkout: async () => {},
};

describe('what a provider throws', () => {
  it('is told to the host, and not in the run’s words; known values are masked in both', async () => {
    const lines: string[] = [];
    const hear = (fields: object, message: string): void => void lines.push(inspect([fields, message], { depth: 9 }));
    const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear };
    let isAway = true;
    const secretProvider: SecretProvider = {
      has: async () => true,
      async secret(name) {
        if (name === 'known') return 'correct-horse';
        await setImmediate();
        if (isAway)
          throw Object.assign(new Error('GET https://vault/?token=hvs.1 after correct-horse'), { code: 'E503' });
        return 'a value';
      },
    };
    await using t = await testRunyard({ secretProvider, logger });
    const secrets = [{ ...asVariable, name: 'known', location: 'KNOWN' }, asVariable];
    const job = await t.runyard.jobs.create({ ...attaching, secrets });
    const { id } = await t.runyard.jobs.start(job.id);
    await t.clock.advance(1_000);
    const { sentence, failures } = await t.runyard.runs.get(id);
    expect({ sentence, failures }).toEqual({
      sentence: "Waiting for the executor: the secret provider did not answer (E503); the host's log has its words",
      failures: 0,
    });
    expect(lines.join('\n')).toContain('GET https://vault/?token=hvs.1 after ***');
    expect(lines.join('\n')).not.toContain('correct-horse');
    isAway = false;
    await t.clock.advanceUntil(t.runyard.runs.wait(id), 60_000);
  });
});

describe('what a provider returns that is no text', () => {
  it.each([
    [42, 'a number'],
    [Buffer.from('a value'), 'bytes (decode them into a text)'],
    [{ value: 'a value' }, 'an object'],
    [['a value'], 'a list'],
  ])('ends the run, which says what was expected and not what came: %s', async (value, what) => {
    const given: LaunchSecret[] = [];
    await using t = await testRunyard({
      secretProvider: { secret: async () => value as never },
      script: ({ secrets }) => {
        given.push(...secrets);
        return exits(0);
      },
    });
    const job = await t.runyard.jobs.create({ ...attaching, backoff: { infrastructureLimit: 1 } });
    const sentence = `The host's secret provider returned ${what} for the secret 'db' of ${job.spec.owner}: \`secret\` of \`createRunyard({ secretProvider })\` has to return a string, or null where there is none.`;
    expect((await t.runyard.jobs.check(job.id)).findings).toMatchObject([
      { code: 'not-asked', sentence: expect.stringContaining(sentence) },
    ]);
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60 * 60_000);
    expect(run).toMatchObject({ state: 'failed', reason: 'provider-answer', sentence, infrastructureFailures: 2 });
    expect(given).toEqual([]);
  });

  it('goes for git credentials too', async () => {
    const gitCredential = async () => ({ kind: 'https', username: 'ann' }) as never;
    await using t = await testRunyard({
      secretProvider: { secret: async () => null, gitCredential },
      source: askingSource,
    });
    const sources = [{ url: 'https://git.example/a.git', credential: 'git' }];
    const job = await t.runyard.jobs.create({ name: 'b', command: 'x', sources, backoff: { infrastructureLimit: 0 } });
    const { id } = await t.runyard.jobs.start(job.id);
    const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60 * 60_000);
    expect(run).toMatchObject({ reason: 'provider-answer', sentence: expect.stringContaining("git credential 'git'") });
  });
});
