import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { EncryptionKey } from '../src/access/vault/key-ring.ts';
import { memoryLogStore } from '../src/adapters/memory-log-store/memory-log-store.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { ExecutorUnavailable, RunyardError } from '../src/domain/errors.ts';
import type { SecretAttachment } from '../src/domain/job/job.ts';
import { startFailed } from '../src/domain/run/launch-errors.ts';
import type { Executor, LaunchSecret } from '../src/ports/executor.ts';
import type { Logger } from '../src/ports/host.ts';
import type { SecretProvider } from '../src/ports/secret-provider.ts';
import type { SourceOptions } from '../src/ports/source.ts';
import type { Store } from '../src/ports/store.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, type TestRunyardOptions, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { people } from './support/people.ts';

const aKey = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const value = 'correct-horse-battery-staple';
const asVariable: SecretAttachment = { name: 'db', type: 'environment_variable', location: 'DB' };

/** A Runyard that remembers what each launch was given. */
const open = async (options: TestRunyardOptions = {}) => {
  const given: LaunchSecret[][] = [];
  const t = await testRunyard({
    encryptionKeys: [aKey('k1')],
    ...options,
    script: (launch, previous) => {
      given.push([...launch.secrets]);
      return options.script?.(launch, previous) ?? exits(0);
    },
  });
  return Object.assign(t, { given });
};

const runOf = async (t: TestRunyard, jobId: string) => {
  const { id } = await t.runyard.jobs.start(jobId);
  return t.clock.advanceUntil(t.runyard.runs.wait(id), 60 * 60_000);
};

const logOf = async (t: TestRunyard, id: string): Promise<string> => {
  let text = '';
  for await (const line of t.runyard.runs.logs(id)) text += line.text;
  return text;
};

/** Everything that a Runyard tells to anybody. */
const heardBy = (options: TestRunyardOptions = {}) => {
  const lines: string[] = [];
  const hear = (fields: object, message: string): void => void lines.push(inspect([fields, message], { depth: 9 }));
  const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear };
  return { lines, options: { ...options, logger } };
};

const everything = async (t: TestRunyard, id: string, lines: readonly string[]): Promise<string> => {
  const { runyard, events } = t;
  const told = [await runyard.runs.get(id), await runyard.jobs.list(), (await runyard.audit.list()).items];
  const heard = events.recorded.map(({ name, payload }) => {
    const { runyard: _, ...rest } = payload as { runyard: unknown };
    return [name, rest];
  });
  return inspect([told, heard, lines, await logOf(t, id)], { depth: 12, maxStringLength: null });
};

/** Where a text shows anything of the value, with what stands around that. */
const leaksIn = (text: string): string[] => text.match(/[\s\S]{0,200}(?:horse|aG9yc2|battery)[\s\S]{0,80}/g) ?? [];

describe('a job gets', () => {
  it('the secrets of its owner, and never those of another by the same name', async () => {
    const given: Record<string, (string | undefined)[]> = {};
    await using p = await people({
      encryptionKeys: [aKey('k1')],
      script: ({ secrets, env }) => {
        given[env.WHOSE ?? ''] = secrets.map((secret) => secret.value);
        return exits(0);
      },
    });
    const [ann, bob] = [await p.user('ann'), await p.user('bob')];
    const lab = await p.all.groups.create({ name: 'lab' });
    await p.all.groups.addMember(lab.id, ann.id);
    const as = await ann.as();
    await as.secrets.create({ name: 'db', value: 'value of ann' });
    await as.secrets.create({ name: 'db', value: 'value of the lab', owner: `group:${lab.id}` });
    await (await bob.as()).secrets.create({ name: 'only-bob', value: 'value of bob' });
    const job = (owner: string, name: string, WHOSE: string) =>
      p.all.jobs.create({ name: WHOSE, owner, command: 'x', env: { WHOSE }, secrets: [{ ...asVariable, name }] });
    await runOf(p.t, (await job(`user:${ann.id}`, 'db', 'ann')).id);
    await runOf(p.t, (await job(`group:${lab.id}`, 'db', 'lab')).id);
    expect(given).toEqual({ ann: ['value of ann'], lab: ['value of the lab'] });
    for (const [owner, name] of [
      [`user:${ann.id}`, 'only-bob'],
      [`group:${lab.id}`, 'only-bob'],
      [`user:${bob.id}`, 'db'],
    ] as const) {
      const { id } = await job(owner, name, `${owner} ${name}`);
      const message = expect.stringContaining(`${owner} has no secret '${name}'`);
      await expect(runOf(p.t, id)).rejects.toMatchObject({ code: 'missing-access', message });
    }
    expect(Object.keys(given)).toHaveLength(2);
  });

  it('what the vault has, and only otherwise what the host has, as it is at each start', async () => {
    const asked: string[] = [];
    const secretProvider: SecretProvider = {
      secret: async (name) => {
        asked.push(name);
        return `${name} of the host`;
      },
    };
    await using t = await open({ secretProvider });
    const secrets = [asVariable, { name: 'other', type: 'file' as const, location: 'other.txt' }];
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets });
    const { id } = await t.runyard.secrets.create({ name: 'db', value });
    await runOf(t, job.id);
    expect(new Set(asked)).toEqual(new Set(['other']));
    await t.runyard.secrets.update(id, { value: 'a new value' });
    await runOf(t, job.id);
    await t.runyard.secrets.remove(id, { allowInUse: true });
    await runOf(t, job.id);
    expect(t.given.map((secrets) => secrets.map((secret) => secret.value))).toEqual([
      [value, 'other of the host'],
      ['a new value', 'other of the host'],
      ['db of the host', 'other of the host'],
    ]);
  });

  it('no second start for one key: the run of the first is told also when it would be refused by now', async () => {
    const asked: string[] = [];
    const secretProvider = {
      has: async (_: string, name: string) => asked.push(name) === 1,
      secret: async () => value,
    };
    await using t = await open({ secretProvider, script: () => ({ runMs: 1_000 }) });
    const job = await t.runyard.jobs.create({
      name: 'a',
      command: 'x',
      secrets: [asVariable],
      concurrencyPolicy: 'Forbid',
    });
    const start = () => t.runyard.jobs.start(job.id, { idempotencyKey: 'deploy-7' });
    const { id } = await start();
    expect((await start()).id).toBe(id);
    expect(asked).toEqual(['db']);
    await expect(t.runyard.jobs.start(job.id)).rejects.toMatchObject({ code: 'missing-access' });
  });

  it('nothing while the store cannot be asked: it waits, and does not fail', async () => {
    const store = memoryStore();
    const { documentByName } = store;
    let refusals = 3;
    store.documentByName = async (...query) => {
      if (query[0] === 'secret' && refusals-- > 0) throw new RunyardError('store-unavailable', 'It is away.');
      return documentByName(...query);
    };
    await using t = await open({ store });
    await t.runyard.secrets.create({ name: 'db', value });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const run = await runOf(t, job.id);
    expect(run).toMatchObject({ state: 'succeeded', failures: 0, infrastructureFailures: 0 });
    expect(refusals).toBeLessThan(0);
  });
});

describe('a secret that cannot be opened', () => {
  it('since its key is missing is tried again, since another host may have it, and the run says which key', async () => {
    const store = memoryStore();
    {
      await using t = await open({ store });
      await t.runyard.secrets.create({ name: 'db', value });
    }
    // Not even where the host has one of that name: it may be another's.
    const secretProvider = { secret: async () => 'of the host' };
    for (const keys of [{ encryptionKeys: [aKey('k2'), aKey('k3')] }, {}]) {
      await using t = await testRunyard({ store, secretProvider, ...keys });
      const job = await t.runyard.jobs.create({
        name: `with ${Object.keys(keys).length} options`,
        command: 'x',
        secrets: [asVariable],
        backoff: { infrastructureLimit: 1 },
      });
      const run = await runOf(t, job.id);
      expect(run).toMatchObject({ state: 'failed', reason: 'key-missing', infrastructureFailures: 2, failures: 0 });
      expect(run.sentence).toContain("with the key 'k1', which is not among the `encryptionKeys`");
      expect(t.engine.executions()).toEqual([]);
    }
  });

  it('since it is damaged ends the run, and says so', async () => {
    const store = memoryStore();
    await using t = await open({ store });
    const { id } = await t.runyard.secrets.create({ name: 'db', value });
    const document = await store.document('secret', id);
    if (!document) throw new Error('it was not made');
    const data = { ...(document.data as object), sealed: { key: 'k1', nonce: 'AAAAAAAAAAAAAAAA', box: 'AAAA' } };
    await store.commit([
      [{ kind: 'document.update', document: { ...document, data, revision: 2 }, expectRevision: 1 }],
    ]);
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const run = await runOf(t, job.id);
    expect(run).toMatchObject({ state: 'failed', reason: 'value-damaged', infrastructureFailures: 0 });
    expect(run.sentence).toContain("'db' of user:system cannot be opened");
  });
});

describe('the key that a secret is encrypted with', () => {
  const [k1, k2] = [aKey('k1'), aKey('k2')];

  it('is the current one from its next use on, and nobody sees that as a change', async () => {
    const store = memoryStore();
    {
      await using t = await open({ store, encryptionKeys: [k1] });
      await t.runyard.secrets.create({ name: 'db', value });
    }
    {
      await using t = await open({ store, encryptionKeys: [k2, k1] });
      const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
      const [before] = (await t.runyard.secrets.list()).items;
      await runOf(t, job.id);
      expect(t.given).toMatchObject([[{ value }]]);
      expect((await t.runyard.secrets.list()).items).toEqual([{ ...before, keyId: 'k2' }]);
    }
    await using t = await open({ store, encryptionKeys: [k2] });
    const [job] = (await t.runyard.jobs.list()).items;
    expect(await runOf(t, job?.id ?? '')).toMatchObject({ state: 'succeeded' });
    expect(t.given).toMatchObject([[{ value }]]);
  });

  it('stays as it is where somebody sets the secret anew in that moment, or the store does not take it', async () => {
    for (const fault of ['overtaken', 'refused'] as const) {
      const store = memoryStore();
      {
        await using t = await open({ store, encryptionKeys: [k1] });
        await t.runyard.secrets.create({ name: 'db', value });
      }
      const { commit } = store;
      await using t = await open({ store, encryptionKeys: [k2, k1] });
      const [secret] = (await t.runyard.secrets.list()).items;
      const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
      let faults = 0;
      store.commit = async (batches) => {
        const isReseal = batches.flat().every(({ kind }) => kind === 'document.update');
        if (!isReseal || faults++ > 0) return commit(batches);
        if (fault === 'refused') throw new RunyardError('store-unavailable', 'It is away.');
        await t.runyard.secrets.update(secret?.id ?? '', { value: 'a new value' });
        return commit(batches);
      };
      expect(await runOf(t, job.id)).toMatchObject({ state: 'succeeded' });
      expect(await runOf(t, job.id)).toMatchObject({ state: 'succeeded' });
      expect(faults).toBeGreaterThan(0);
      expect(t.given.map(([given]) => given?.value)).toEqual([value, fault === 'overtaken' ? 'a new value' : value]);
      expect((await t.runyard.secrets.list()).items).toMatchObject([{ keyId: 'k2' }]);
    }
  });
});

describe('the value of a secret is in nothing that is told', () => {
  const says = `it says ${value} and ${Buffer.from(value).toString('base64')}`;

  it('of a run that ends by itself: its output, its sentence, its phases, its events, the lines of the host', async () => {
    const { lines, options } = heardBy({
      script: ({ key, secrets }) => ({
        waiting: { ms: 1000, sentence: `waiting: ${secrets[0]?.value}` },
        output: [
          says,
          `\u001erunyard:${key} phase ${value}`,
          { atMs: 10, text: value.slice(0, 9), raw: true },
          { atMs: 11, text: value.slice(9) },
        ],
        runMs: 5000,
        outcome: { class: 'exited', code: 3, sentence: `The command said: ${says}`, phase: value },
      }),
    });
    await using t = await open(options);
    await t.runyard.secrets.create({ name: 'db', value, description: 'Of the database' });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const run = await runOf(t, job.id);
    expect(run.sentence).toBe('The command said: it says *** and ***==');
    expect(await logOf(t, run.id)).toContain('it says *** and ***==\n');
    const told = await everything(t, run.id, lines);
    expect(leaksIn(told)).toEqual([]);
    expect(told).toContain('waiting: ***');
    expect(told).toContain('phase ***');
  });

  it('of one that its executor, its source or its place fails, in their words', async () => {
    const store = memoryStore();
    const { lines, options } = heardBy({
      store,
      script: () => exits(0, { unavailable: { afterMs: 100, forMs: 5000 }, runMs: 10_000 }),
    });
    const failing = (name: string, verbs: (plain: Executor) => Partial<Executor>) => {
      const plain = scriptedExecutor(t.engine) as Executor;
      return { ...plain, name, ...verbs(plain) };
    };
    let t: TestRunyard;
    const tries = { prepare: 0, wait: 0, remove: 0 };
    const executors: Record<string, () => Executor> = {
      prepare: () => failing('prepare', () => ({ prepare: () => Promise.reject(new Error(`EFAULT ${says}`)) })),
      start: () => failing('start', () => ({ start: () => Promise.reject(startFailed('bad', `No: ${says}`)) })),
      silent: () =>
        failing('silent', (plain) => ({
          async prepare(launch, signal) {
            if (tries.prepare++ < 2) throw new ExecutorUnavailable(`connect ${says}`);
            return plain.prepare(launch, signal);
          },
        })),
      wait: () =>
        failing('wait', (plain) => ({
          async wait(handle, given) {
            if (tries.wait++ < 2) throw new Error(`socket ${says}`);
            return plain.wait(handle, given);
          },
          remove: (handle, signal) =>
            tries.remove++ < 2 ? Promise.reject(new Error(`EBUSY ${says}`)) : plain.remove(handle, signal),
        })),
    };
    const late = Object.fromEntries(
      Object.keys(executors).map((name) => [name, lateExecutor(() => executors[name]?.() as Executor)]),
    );
    await using opened = await open({ ...options, executors: late, source: brokenSource, secretProvider });
    t = opened;
    await t.runyard.secrets.create({ name: 'db', value });
    const told: string[] = [];
    for (const executor of ['prepare', 'start', 'silent', 'wait', 'scripted']) {
      const sources = executor === 'scripted' ? [{ url: 'https://git.example/a.git', credential: 'git' }] : [];
      const job = await t.runyard.jobs.create({
        name: executor,
        command: 'x',
        executor,
        sources,
        secrets: [asVariable],
        backoff: { infrastructureLimit: 0 },
      });
      const { id } = await t.runyard.jobs.start(job.id);
      for (let i = 0; i < 20; i++) {
        await t.clock.advance(100);
        told.push((await t.runyard.runs.get(id)).sentence ?? '');
      }
      const run = await t.clock.advanceUntil(t.runyard.runs.wait(id), 60 * 60_000);
      await t.clock.advance(60_000);
      told.push(await everything(t, run.id, lines));
      expect(run.state, run.sentence ?? '').toBe(['silent', 'wait'].includes(executor) ? 'succeeded' : 'failed');
    }
    const all = told.join('\n');
    expect(leaksIn(all)).toEqual([]);
    for (const words of ['EFAULT', 'No: it says', 'connect it says', 'socket it says', 'EBUSY', 'fatal: bad password'])
      expect(all.includes(words), words).toBe(true);
    expect(all).not.toContain('password-of-git');
  });

  it('of one that was adopted by a host that cannot ask for it: its executor’s words are left out', async () => {
    const store: Store = memoryStore();
    const parts = { store, logStore: memoryLogStore(), encryptionKeys: [aKey('k1')] };
    const script = () => ({
      runMs: 30_000,
      output: [{ atMs: 20_000, text: says }],
      outcome: { class: 'exited' as const, code: 3, sentence: `It said ${says}`, phase: 'command' },
    });
    await using first = await open({ ...parts, script });
    await first.runyard.secrets.create({ name: 'db', value });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.runyard.close();
    const { lines, options } = heardBy();
    await using second = await testRunyard({
      ...parts,
      ...options,
      encryptionKeys: [aKey('k2')],
      clock: first.clock,
      executors: { scripted: scriptedExecutor(first.engine) },
    });
    const run = await second.clock.advanceUntil(second.runyard.runs.wait(id), 60 * 60_000);
    expect(run).toMatchObject({
      state: 'failed',
      reason: 'exit-code',
      sentence: 'The command ended with exit code 3.',
    });
    expect(leaksIn(await everything(second, id, lines))).toEqual([]);
    await second.runyard.close();
    // Its output waits for a host that has the key.
    await using third = await testRunyard({
      ...parts,
      clock: first.clock,
      executors: { scripted: scriptedExecutor(first.engine) },
    });
    await third.clock.advance(60_000);
    expect(await logOf(third, id)).toContain('it says *** and ***==\n');
  });
});

describe('the log of a run that another host adopts', () => {
  const parts = () => ({ store: memoryStore() as Store, logStore: memoryLogStore(), encryptionKeys: [aKey('k1')] });
  const adopt = async (first: TestRunyard, options: TestRunyardOptions): Promise<TestRunyard> => {
    await first.runyard.close();
    return testRunyard({
      ...options,
      clock: first.clock,
      executors: { scripted: scriptedExecutor(first.engine) },
    });
  };

  it('lacks nothing of what was held back, and shows nothing of it', async () => {
    const [line = '', rest = ''] =
      Buffer.from(`${value} and more`)
        .toString('base64')
        .match(/.{1,32}/g) ?? [];
    const shared = parts();
    const output = ['before', line, { atMs: 30_000, text: rest }];
    await using first = await open({ ...shared, script: () => exits(0, { runMs: 60_000, output }) });
    await first.runyard.secrets.create({ name: 'db', value });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    await first.clock.advance(100);
    expect(await logOf(first, id)).toBe('before\n');
    await using second = await adopt(first, shared);
    await second.clock.advanceUntil(second.runyard.runs.wait(id), 60 * 60_000);
    await second.clock.advance(1000);
    expect(await logOf(second, id)).toMatch(/^before\n\*{3}\n\*{3}.{0,20}\n$/);
  });

  it('is written once the provider answers, however often it did not', async () => {
    let isAway = false;
    const ask = async <T>(answer: T): Promise<T> => {
      if (isAway) throw new Error('It is away.');
      return answer;
    };
    const shared = {
      store: memoryStore(),
      logStore: memoryLogStore(),
      source: { ...brokenSource, resolve: async () => ({ commit: 'a'.repeat(40) }) },
      secretProvider: {
        secret: () => ask(value),
        gitCredential: () => ask({ kind: 'https' as const, username: 'ann', password: 'password-of-git' }),
      },
    };
    const output = [{ atMs: 30_000, text: `${value} and password-of-git` }];
    await using first = await open({ ...shared, script: () => exits(0, { runMs: 60_000, output }) });
    const sources = [{ url: 'https://git.example/a.git', credential: 'git' }];
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable], sources });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    isAway = true;
    await using second = await adopt(first, shared);
    await second.clock.advance(40_000);
    isAway = false;
    await second.clock.advanceUntil(second.runyard.runs.wait(id), 60 * 60_000);
    await second.clock.advance(60_000);
    expect(await logOf(second, id)).toContain('*** and ***\n');
  });

  it('is written to its end, although nobody knows a value any more', async () => {
    const shared = parts();
    const output = ['early', { atMs: 30_000, text: 'late' }];
    await using first = await open({ ...shared, script: () => exits(0, { runMs: 60_000, output }) });
    const { id: secret } = await first.runyard.secrets.create({ name: 'db', value });
    const job = await first.runyard.jobs.create({ name: 'a', command: 'x', secrets: [asVariable] });
    const { id } = await first.runyard.jobs.start(job.id);
    await first.events.waitFor('run.running');
    const document = await shared.store.document('secret', secret);
    if (!document) throw new Error('it was not made');
    const data = { ...(document.data as object), sealed: { key: 'k1', nonce: 'AAAAAAAAAAAAAAAA', box: 'AAAA' } };
    const change = {
      kind: 'document.update',
      document: { ...document, data, revision: 2 },
      expectRevision: 1,
    } as const;
    await shared.store.commit([[change]]);
    await using second = await adopt(first, shared);
    await second.clock.advanceUntil(second.runyard.runs.wait(id), 60 * 60_000);
    await second.clock.advance(1000);
    expect(await logOf(second, id)).toBe('early\nlate\n');
    expect((await second.runyard.runs.get(id)).attempts).toMatchObject([{ state: 'disposed' }]);
  });
});

const lateExecutor = (find: () => Executor) => (): Executor => {
  const late = (name: string): unknown => Reflect.get(find(), name);
  return new Proxy({} as Executor, {
    get: (_, name) => (name === 'close' ? async () => {} : late(String(name))),
    has: (_, name) => late(String(name)) !== undefined,
  });
};

const secretProvider: SecretProvider = {
  secret: async () => null,
  gitCredential: async () => ({ kind: 'https', username: 'ann', password: 'password-of-git' }),
};

const brokenSource = {
  check: () => {},
  async resolve(_: unknown, { credential, log }: SourceOptions): Promise<never> {
    const { password } = (await credential('git')) as { password: string };
    log(`GET https://ann:${password}@git.example`);
    throw startFailed('source-refused', `git says: fatal: bad password ${password}`);
  },
  checkout: async () => {},
};
