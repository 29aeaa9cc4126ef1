import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../src/access/principal.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import type { ImageBuild } from '../src/domain/job/job.ts';
import { startFailed } from '../src/domain/run/launch-errors.ts';
import type { BuiltImage, ImageBuildOptions } from '../src/ports/image-builder.ts';
import { ManualClock } from '../src/testing/manual-clock/manual-clock.ts';
import { ScriptedEngine } from '../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../src/testing/scripted-executor/scripted-executor.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';
import { people } from './support/people.ts';

const built: BuiltImage = { tag: 'built:1', id: 'sha256:1', base: 'python:3', createdAt: 1, sizeBytes: 2 };
const whole = { apt: [], conda: [], pip: ['numpy'], cran: [], requirementsTxt: null, environmentYml: null };

let host: TestRunyard;
let asked: ImageBuild[];
let build: (options: ImageBuildOptions) => Promise<BuiltImage>;
beforeEach(async () => {
  asked = [];
  build = async () => built;
  const clock = new ManualClock();
  host = await testRunyard({ clock, executors: { builder: builderOf(clock) } });
});
const builderOf = (clock: ManualClock) => ({
  ...scriptedExecutor(new ScriptedEngine({ clock, place: 'another' }), { name: 'builder' }),
  images: {
    build: (spec: ImageBuild, options: ImageBuildOptions) => {
      asked.push(spec);
      return build(options);
    },
    get: async (ref: string) => (ref === built.tag ? built : null),
    list: async () => [built],
  },
});
afterEach(() => host[Symbol.asyncDispose]());

describe('images', () => {
  it('are built by the executor that can, from whole inputs, and their log is told', async () => {
    build = async ({ log, onProgress }) => {
      log('Step 1');
      onProgress({ state: 'waiting', phase: 'image-build', at: 1 });
      return built;
    };
    const lines: string[] = [];
    const phases: (string | undefined)[] = [];
    const image = await host.runyard.images.build(
      { base: 'python:3', pip: ['numpy'] },
      { onLog: (line) => lines.push(line), onProgress: ({ phase }) => phases.push(phase) },
    );
    expect(image).toEqual({ ...built, executor: 'builder' });
    expect(asked).toEqual([{ base: 'python:3', ...whole, postBuild: null }]);
    expect([lines, phases]).toEqual([['Step 1'], ['image-build']]);
    expect(await host.runyard.images.list()).toEqual([image]);
    expect(await host.runyard.images.get('built:1', { executor: 'builder' })).toEqual(image);
  });

  it('what cannot be built is refused with the field, and a failed build with what it said', async () => {
    const { images } = host.runyard;
    await expect(images.build({ pip: ['numpy'] } as never)).rejects.toMatchObject({
      code: 'invalid-image',
      field: 'base',
    });
    await expect(images.build({ base: 'a', pips: [] } as never)).rejects.toMatchObject({
      code: 'unknown-field',
      field: 'pips',
    });
    build = async () => {
      throw startFailed('image-build', 'It failed. no such package');
    };
    await expect(images.build({ base: 'a' })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining('no such package'),
    });
    await expect(images.get('other')).rejects.toMatchObject({ code: 'image-not-found' });
    await expect(images.list({ executor: 'scripted' })).rejects.toMatchObject({ code: 'unsupported-by-executor' });
    await expect(images.list({ executor: 'nothing' })).rejects.toMatchObject({ code: 'unknown-executor' });
  });

  it('are built by who may write jobs, and seen by who may read them', async () => {
    const reader: Principal = { kind: 'token', id: 'reader', scopes: ['jobs:read'] };
    const { images } = host.runyard.as(reader);
    await expect(images.build({ base: 'a' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await images.get('built:1')).toMatchObject({ tag: 'built:1' });
    const owners: (readonly string[] | undefined)[] = [];
    build = async (options) => {
      owners.push(options.owners);
      return built;
    };
    await host.runyard.as({ kind: 'user', id: 'ann', groups: ['lab'] }).images.build({ base: 'a' });
    await host.runyard.as({ kind: 'user', id: 'root', admin: true }).images.build({ base: 'a' });
    await host.runyard.images.build({ base: 'a' });
    expect(owners).toEqual([['user:ann', 'group:lab'], undefined, undefined]);
    const none: Principal = { kind: 'token', id: 'metrics', scopes: ['metrics:read'] };
    await expect(host.runyard.as(none).images.list()).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('are listed to those who have built them, of whom several may have built one, and to admins', async () => {
    const listed = async (principal: Principal) =>
      (await host.runyard.as(principal).images.list()).map(({ tag }) => tag);
    const [ann, bob] = [
      { kind: 'user', id: 'ann' },
      { kind: 'user', id: 'bob' },
    ] as const;
    expect(await listed(ann)).toEqual([]);
    await host.runyard.as(ann).images.build({ base: 'a' });
    expect([await listed(ann), await listed(bob)]).toEqual([['built:1'], []]);
    for (let i = 0; i < 2; i++) await host.runyard.as(bob).images.build({ base: 'a' });
    expect([await listed(ann), await listed(bob)]).toEqual([['built:1'], ['built:1']]);
    expect(await listed({ kind: 'user', id: 'root', admin: true })).toEqual(['built:1']);
    expect(await host.runyard.images.list()).toHaveLength(1);
    const { items } = await host.runyard.audit.list({ action: 'image' });
    expect(items.map(({ action, by, details }) => [action, by.id, details])).toEqual([
      ['image.built', 'user:bob', { tag: 'built:1', executor: 'builder' }],
      ['image.built', 'user:ann', { tag: 'built:1', executor: 'builder' }],
    ]);
  });

  it('are forgotten with the user who has built them', async () => {
    const store = memoryStore();
    await using p = await people({ store, executors: { builder: builderOf(new ManualClock()) } });
    const ann = await p.user('ann');
    await (await ann.as()).images.build({ base: 'a' });
    const known = async () => (await store.documents({ kind: 'image', limit: 10 })).items.length;
    expect(await known()).toBe(1);
    await p.all.users.remove(ann.id);
    expect(await known()).toBe(0);
  });

  it('a build ends with its signal, and with the Runyard', async () => {
    build = ({ signal }) =>
      new Promise((_, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const mine = new AbortController();
    const one = host.runyard.images.build({ base: 'a' }, { signal: mine.signal });
    const two = host.runyard.images.build({ base: 'b' });
    const closed = expect(two).rejects.toMatchObject({ code: 'closed' });
    mine.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await host.runyard.close();
    await closed;
    await expect(host.runyard.images.list()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a job that says what its image is built from', () => {
  it('is kept with everything filled in, where its executor builds images', async () => {
    const { jobs } = host.runyard;
    const image = { build: { base: 'python:3', pip: ['numpy'] } };
    const job = await jobs.create({ name: 'a', command: 'true', executor: 'builder', image });
    expect(job.spec.image).toEqual({ build: { base: 'python:3', ...whole, postBuild: null } });
    expect((await jobs.update(job.id, { description: 'edited' })).spec.image).toEqual(job.spec.image);
    expect((await jobs.apply({ name: 'a', command: 'true', executor: 'builder', image }))[0]).toMatchObject({
      change: 'updated',
    });
    expect((await jobs.apply({ name: 'a', command: 'true', executor: 'builder', image }))[0]).toMatchObject({
      change: 'unchanged',
    });
    expect((await jobs.update(job.id, { image: 'python:3' })).spec.image).toBe('python:3');
  });

  it('is refused elsewhere, and with the field where it is wrong', async () => {
    const job = (executor: string, image: unknown) =>
      host.runyard.jobs.create({ name: 'b', command: 'true', executor, image: image as string });
    await expect(job('scripted', { build: { base: 'a' } })).rejects.toMatchObject({
      code: 'unsupported-by-executor',
      field: 'image.build',
    });
    await expect(job('builder', { build: {} })).rejects.toMatchObject({
      code: 'invalid-job',
      field: 'image.build.base',
    });
    await expect(job('builder', { build: { base: 'a', pip: [7] } })).rejects.toMatchObject({
      field: 'image.build.pip.0',
    });
    await expect(job('builder', 7)).rejects.toMatchObject({ field: 'image' });
  });
});

describe('a job that installs at every start', () => {
  const took = (packagesMs: number, scriptMs: number, code = 0): void => {
    host.engine.script = ({ script: { marker } }) => ({
      runMs: packagesMs + scriptMs + 1000,
      outcome: { class: 'exited', code },
      output: [
        { atMs: 0, text: `${marker} extra-packages` },
        { atMs: packagesMs, text: `${marker} start-script` },
        { atMs: packagesMs + scriptMs, text: `${marker} command` },
      ],
    });
  };
  const installing = { extraPackages: { pip: ['numpy'] }, startScript: 'pip install pandas' };
  const ran = async (fields: object = installing) => {
    const { jobs, runs } = host.runyard;
    const [{ job } = { job: null }] = await jobs.apply({ name: 'c', command: 'true', executor: 'scripted', ...fields });
    const run = await jobs.start(job?.id ?? '');
    const ended = runs.wait(run.id);
    await host.clock.advance(120_000);
    await ended;
    return { job: await jobs.get(job?.id ?? ''), run: await runs.get(run.id) };
  };

  it('has a hint with the seconds that were measured', async () => {
    took(48_000, 1000);
    const { job, run } = await ran();
    expect(run.hint).toMatch(/^Its packages took 48 s to install, at every start: /);
    expect(job.hint).toBe(run.hint);
    took(1000, 12_000);
    expect((await ran()).job.hint).toMatch(/^Its start script took 12 s, at every start: /);
  });

  it('has none where it is quick, where it installs nothing, and in lists', async () => {
    took(4000, 4000);
    expect(await ran()).toMatchObject({ job: { hint: null }, run: { hint: null } });
    took(48_000, 48_000);
    expect(await ran({ extraPackages: null, startScript: null })).toMatchObject({
      job: { hint: null },
      run: { hint: null },
    });
    const { job } = await ran();
    expect(job.hint).toMatch(/packages took 48 s.*start script took 48 s/);
    expect((await host.runyard.jobs.list()).items.map(({ hint }) => hint)).toEqual([null]);
  });

  it('is told of the last run that succeeded, not of one that failed since', async () => {
    took(48_000, 0);
    await ran();
    took(60_000, 0, 1);
    const { job, run } = await ran();
    expect(run).toMatchObject({ state: 'failed', hint: null });
    expect(job.hint).toMatch(/48 s/);
  });
});
