import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Outcome, Progress } from '@runyard/core';
import { ManualClock } from '@runyard/core/testing';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { type EnsureImageOptions, ensureImage } from '../src/images/ensure-image.ts';
import { parseImageReference } from '../src/images/image-reference.ts';
import { type FindCredential, registryAuthFor } from '../src/images/registry-auth.ts';
import { type Registry, startRegistry } from './registry/registry.ts';
import { useWorkbench } from './support/workbench.ts';

describe.skipIf(!dockerRuns)('pulling an image', () => {
  const engine = useDocker();
  const client = (): Docker => new Docker({ socketPath: engine().socket });
  const bench = useWorkbench(engine);
  let registry: Registry;
  let docker: Docker;
  beforeEach(async () => {
    registry = await startRegistry();
    docker = client();
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  const listening = () => {
    const lines: string[] = [];
    const progress: Progress[] = [];
    const heard = { log: (line: string) => lines.push(line), onProgress: (each: Progress) => progress.push(each) };
    return { lines, progress, heard };
  };
  const ensure = (options: Partial<EnsureImageOptions> & { ref: string }) =>
    ensureImage(docker, { signal: new AbortController().signal, ...listening().heard, ...options });
  const outcomeOf = async (pulled: Promise<unknown>): Promise<Outcome> =>
    pulled.then(
      () => expect.fail('it did not fail'),
      (error: { outcome?: Outcome }) => error.outcome ?? expect.fail(`not an attempt's end: ${error}`),
    );

  it('tells its id and the digest that the registry knows it by, and says so in the log', async () => {
    const digest = await registry.push('team/train', 'v1');
    const { lines, progress, heard } = listening();
    const ref = `${registry.host}/team/train:v1`;
    const image = await ensure({ ref, ...heard });
    expect(image).toEqual({ id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), ref, digest, user: '' });
    expect(lines).toEqual([
      `pulling ${ref}`,
      expect.stringMatching(new RegExp(`^pulled ${ref} \\(digest ${digest}\\) in \\d+ s$`)),
    ]);
    expect(progress[0]).toMatchObject({ state: 'waiting', phase: 'image-pull', sentence: `Pulling ${ref}.` });
  });

  it('what the engine has is not pulled again, unless the policy is always', async () => {
    const first = await registry.push('team/train', 'v1');
    const ref = `${registry.host}/team/train:v1`;
    await ensure({ ref });
    const second = await registry.push('team/train', 'v1');
    expect((await ensure({ ref })).digest).toBe(first);
    expect((await ensure({ ref, pull: 'never' })).digest).toBe(first);
    expect(registry.layerDownloads()).toBe(1);
    expect((await ensure({ ref, pull: 'always' })).digest).toBe(second);
    expect((await ensure({ ref: `${registry.host}/team/train@${first}` })).digest).toBe(first);
  });

  it('an image made on the engine has no digest, and goes by its id too', async () => {
    const image = await ensure({ ref: engine().images.busybox });
    expect(image.digest).toBeNull();
    expect(await ensure({ ref: image.id, pull: 'always' })).toEqual({ ...image, ref: image.id });
  });

  it('never: what is not there fails the start, and nothing is asked of a registry', async () => {
    const ref = `${registry.host}/team/train:v1`;
    await registry.push('team/train', 'v1');
    expect(await outcomeOf(ensure({ ref, pull: 'never' }))).toMatchObject({
      class: 'start-failed',
      reason: 'image-not-found',
    });
    expect(await outcomeOf(ensure({ ref: `sha256:${'0'.repeat(64)}` }))).toMatchObject({ reason: 'image-not-found' });
    expect(registry.layerDownloads()).toBe(0);
  });

  it('starts that ask at once share one pull, and each hears of it', async () => {
    await registry.push('team/shared', 'v1', 2_000_000);
    const ref = `${registry.host}/team/shared:v1`;
    const stall = registry.stall();
    const heard = Array.from({ length: 5 }, listening);
    const all = heard.map((each) => ensure({ ref, pull: 'always', ...each.heard }));
    await stall.asked;
    const late = listening();
    all.push(ensure({ ref, pull: 'always', ...late.heard }));
    stall.release();
    const images = await Promise.all(all);
    expect(new Set(images.map(({ id }) => id)).size).toBe(1);
    expect(registry.layerDownloads()).toBe(1);
    for (const { lines } of heard) expect(lines.at(-1)).toMatch(/^pulled /);
    expect(late.lines).toEqual([expect.stringContaining('another start began'), expect.stringMatching(/^pulled /)]);
  });

  it('a pull ends when all who wait for it have gone, and not before; who comes then begins anew', async () => {
    await registry.push('team/abort', 'v1', 2_000_000);
    const ref = `${registry.host}/team/abort:v1`;
    const stall = registry.stall();
    const givenUp = async () => (await readFile(`${engine().dir}/log`, 'utf8')).includes('context canceled', logged);
    const logged = (await readFile(`${engine().dir}/log`, 'utf8')).length;
    const [one, two] = [new AbortController(), new AbortController()];
    const first = ensure({ ref, signal: one.signal });
    const second = ensure({ ref, signal: two.signal });
    await stall.asked;
    one.abort(new Error('the first went'));
    await expect(first).rejects.toThrow('the first went');
    expect(await givenUp()).toBe(false);
    two.abort(new Error('the second went'));
    await expect(second).rejects.toThrow('the second went');
    // The engine's own log says when it gave up.
    while (!(await givenUp())) await sleep(20);
    const again = ensure({ ref });
    stall.release();
    expect((await again).ref).toBe(ref);
  });

  it('one that goes leaves the pull to the others', async () => {
    await registry.push('team/stay', 'v1', 2_000_000);
    const ref = `${registry.host}/team/stay:v1`;
    const stall = registry.stall();
    const gone = new AbortController();
    const first = ensure({ ref, signal: gone.signal });
    const second = ensure({ ref });
    await stall.asked;
    gone.abort(new Error('went'));
    await expect(first).rejects.toThrow('went');
    stall.release();
    await second;
    expect(registry.layerDownloads()).toBe(1);
  });

  it('tells of layers and bytes while it goes on, at most once a second', async () => {
    await registry.push('team/large', 'v1', 6_000_000);
    const ref = `${registry.host}/team/large:v1`;
    // Each look at it is 0.4 s after the last one.
    let looks = 0;
    const quick = new ManualClock();
    const clock: Clock = {
      now: () => quick.now(),
      monotonic: () => 400 * looks++,
      sleep: (ms, signal) => quick.sleep(ms, signal),
    };
    const { progress, heard } = listening();
    await ensure({ ref, clock, ...heard });
    const told = progress.slice(1).map(({ sentence }) => sentence);
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatch(/^Pulling .*: 0 of 1 layers(, \d+\.\d of 6\.\d MB)?\.$/);
  });

  it.each([
    ['an unknown tag', null, 'start-failed', 'image-pull', /manifest unknown/],
    ['an unknown repository', { status: 404 }, 'start-failed', 'image-pull', /manifest for|not found|unknown/],
    ['a refusal', { status: 403 }, 'start-failed', 'image-pull', /denied/],
    ['a refusal of the layer', { status: 403, path: 'blobs' }, 'start-failed', 'image-pull', /denied/],
    ['a rate limit', { status: 429 }, 'infrastructure', 'registry-unreachable', /toomanyrequests/],
    ['a fault of the registry', { status: 500 }, 'infrastructure', 'registry-unreachable', /500 Internal Server Error/],
    ['a fault at the layer', { status: 503, path: 'blobs' }, 'infrastructure', 'registry-unreachable', /503/],
    ['a connection that breaks', { breakOff: true }, 'infrastructure', 'registry-unreachable', /EOF/],
  ])('%s ends the attempt as what it is, in the words of the registry', async (_, how, kind, reason, words) => {
    await registry.push('team/timeout', how === null ? 'v2' : 'v1');
    registry.behave(how && { status: 200, ...how });
    const outcome = await outcomeOf(ensure({ ref: `${registry.host}/team/timeout:v1` }));
    expect(outcome).toMatchObject({ class: kind, reason, sentence: expect.stringMatching(words) });
  });

  it.each([
    ['nobody listens there', '127.0.0.1:1/a/b:v1', /connection refused/],
    ['nobody knows the host', 'nothing.invalid/a/b:v1', /no such host|server misbehaving|timeout|name resolution/],
  ])('where %s, that is not the fault of the job', async (_, ref, words) => {
    const outcome = await outcomeOf(ensure({ ref }));
    expect(outcome).toMatchObject({
      class: 'infrastructure',
      reason: 'registry-unreachable',
      sentence: expect.stringMatching(words),
    });
  });

  it('a registry that stops sending is given up after a quarter of an hour', async () => {
    await registry.push('team/stalled', 'v1', 2_000_000);
    const clock = new ManualClock();
    const stall = registry.stall();
    const pulled = outcomeOf(ensure({ ref: `${registry.host}/team/stalled:v1`, clock }));
    await stall.asked;
    // The engine may still tell of what came before the registry fell silent.
    let over = false;
    pulled.finally(() => {
      over = true;
    });
    while (!over) {
      await clock.advance(30_000);
      await sleep(5);
    }
    expect(await pulled).toMatchObject({ class: 'infrastructure', reason: 'registry-unreachable' });
    stall.release();
  });

  it('an engine that is not there is asked again, and never an end of the attempt', async () => {
    docker = new Docker({ socketPath: `${engine().dir}/nothing.sock` });
    await expect(ensure({ ref: 'busybox' })).rejects.toMatchObject({ code: 'executor-unavailable' });
    await expect(ensure({ ref: 'busybox', pull: 'always' })).rejects.toMatchObject({ code: 'executor-unavailable' });
  });

  it('an engine that dies during a pull is asked again', async () => {
    await registry.push('team/dies', 'v1', 2_000_000);
    const stall = registry.stall();
    const pulled = ensure({ ref: `${registry.host}/team/dies:v1` });
    pulled.catch(() => {});
    await stall.asked;
    await engine().end('SIGKILL');
    await expect(pulled).rejects.toMatchObject({ code: 'executor-unavailable' });
    stall.release();
    await engine().begin();
  });

  describe.each(['basic', 'token'] as const)('from a private registry (%s)', (scheme) => {
    const secret = 'the-secret-word';
    let own: Registry;
    beforeEach(async () => {
      own = await startRegistry({ access: { scheme, username: 'robot', password: secret } });
      await own.push('team/private', 'v1');
    });
    afterEach(() => own[Symbol.asyncDispose]());
    const pullAs = async (query: Partial<Parameters<typeof registryAuthFor>[0]>) => {
      const ref = `${own.host}/team/private:v1`;
      const signal = new AbortController().signal;
      const { lines, progress, heard } = listening();
      const auth = await registryAuthFor({ reference: parseImageReference(ref), signal, ...query });
      const done = await ensure({ ref, auth, pull: 'always', ...heard }).then(
        (image) => ({ image }),
        (error: { outcome: Outcome; message: string }) => ({ outcome: error.outcome, text: error.message }),
      );
      expect(JSON.stringify([done, lines, progress])).not.toContain(secret);
      return done;
    };

    it('the right credential pulls it, by its registry or by the name that the job gives', async () => {
      const right = { username: 'robot', password: secret };
      expect(await pullAs({ registryAuth: { [own.host]: right } })).toHaveProperty('image');
      expect(await pullAs({ registryAuth: { [own.host]: async () => right } })).toHaveProperty('image');
      expect(own.credentials).toContain(`robot:${secret}`);
      const findCredential: FindCredential = async (name, { owner, registry }) =>
        name === 'mine' && owner === 'user:a' && registry === own.host ? right : null;
      expect(await pullAs({ credential: 'mine', owner: 'user:a', findCredential })).toHaveProperty('image');
      await expect(pullAs({ credential: 'mine', owner: 'user:b', findCredential })).rejects.toMatchObject({
        outcome: { reason: 'unknown-credential' },
      });
      await expect(pullAs({ credential: 'other', findCredential })).rejects.toMatchObject({
        outcome: { reason: 'unknown-credential' },
      });
    });

    it('a job’s own credential pulls its image, where its owner may use it', async () => {
      const { executor, launch, signal } = bench({
        registryCredential: async (name, { owner, registry }) =>
          `${name} of ${owner} for ${registry}` === `mine of user:a for ${own.host}`
            ? { username: 'robot', password: secret }
            : null,
      });
      const prepare = (owner: string) => {
        const spec = { image: `${own.host}/team/private:v1`, owner, wishes: { registryCredential: 'mine' } };
        return executor.prepare(launch({ sh: 'true', spec }), signal);
      };
      await docker
        .getImage(`${own.host}/team/private:v1`)
        .remove()
        .catch(() => {});
      await expect(prepare('user:b')).rejects.toMatchObject({ outcome: { reason: 'unknown-credential' } });
      expect((await prepare('user:a')).image).toMatchObject({ ref: `${own.host}/team/private:v1` });
    });

    it('none or a wrong one fails the start, in the registry’s words', async () => {
      const wrong = { username: 'robot', password: 'wrong' };
      for (const query of [{}, { registryAuth: { [own.host]: wrong } }, { registryAuth: { 'other.example': wrong } }])
        expect(await pullAs(query)).toMatchObject({
          outcome: {
            class: 'start-failed',
            reason: 'image-pull',
            sentence: expect.stringMatching(/no basic auth|unauthorized/),
          },
        });
    });

    it('a credential that cannot be asked for is nobody’s fault, and its error tells no value', async () => {
      const broken = async () => {
        throw new Error(`vault says ${secret}`);
      };
      const asked = pullAs({ registryAuth: { [own.host]: broken } });
      await expect(asked).rejects.toMatchObject({
        outcome: { class: 'infrastructure', reason: 'credential-unavailable' },
      });
      await asked.catch((error) => expect(`${error.stack} ${error.cause}`).not.toContain(secret));
    });

    it('does not come to one without credentials by another’s pull', async () => {
      const ref = `${own.host}/team/private:v1`;
      const stall = own.stall();
      const auth = { serveraddress: own.host, username: 'robot', password: secret };
      const entitled = ensure({ ref, auth, pull: 'always' });
      const other = outcomeOf(ensure({ ref, pull: 'always' }));
      await stall.asked;
      expect(await other).toMatchObject({ class: 'start-failed' });
      stall.release();
      await entitled;
    });
  });
});
