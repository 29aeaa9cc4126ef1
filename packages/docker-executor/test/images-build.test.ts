import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Executor, ImageBuild, Progress } from '@runyard/core';
import { createHttpApp } from '@runyard/core/http';
import { ManualClock, ScriptedEngine, scriptedExecutor, testRunyard } from '@runyard/core/testing';
import Docker from 'dockerode';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import type { ImageSettings } from '../src/images/image-settings.ts';
import { imageVerbs } from '../src/images/image-verbs.ts';
import { checkImage, resolveImage } from '../src/images/resolve-image.ts';

const hasPip = existsSync('/usr/lib/python3/dist-packages/pip');
const nothing = { apt: [], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null, postBuild: null };

describe.skipIf(!dockerRuns)('building an image', () => {
  const engine = useDocker();
  const cli = async (...words: string[]): Promise<string> =>
    (await promisify(execFile)('/usr/bin/docker', ['-H', `unix://${engine().socket}`, ...words])).stdout.trim();
  const made = async (kind: 'pip' | 'apt' | 'stubs'): Promise<void> => {
    await promisify(execFile)(resolve(import.meta.dirname, 'bases/bases.sh'), [
      kind,
      engine().socket,
      `base/${kind}:1`,
    ]);
  };
  let docker: Docker;
  beforeEach(() => {
    docker = new Docker({ socketPath: engine().socket });
  });

  const listening = () => {
    const lines: string[] = [];
    const progress: Progress[] = [];
    return {
      lines,
      progress,
      log: (line: string) => lines.push(line),
      onProgress: (each: Progress) => progress.push(each),
    };
  };
  const build = (spec: Partial<ImageBuild> & { base: string }, settings: ImageSettings = {}, heard = listening()) =>
    imageVerbs(docker, settings).build(
      { ...nothing, ...spec },
      { signal: new AbortController().signal, log: heard.log, onProgress: heard.onProgress },
    );

  describe.skipIf(!hasPip)('with pip', () => {
    beforeAll(() => made('pip'));
    const wheels = { base: 'base/pip:1', requirementsTxt: '--no-index\n--find-links /wheels\ngreeting==1.0' };

    it('has what was asked for, and tells its steps', async () => {
      const heard = listening();
      const image = await build(wheels, {}, heard);
      expect(image).toMatchObject({ tag: expect.stringMatching(/^runyard-build:[0-9a-f]{32}$/), base: 'base/pip:1' });
      expect(await cli('run', '--rm', image.tag, 'python3', '-c', 'import greeting; print(greeting.words)')).toBe(
        'hello from a wheel',
      );
      expect(heard.lines[0]).toBe(`building ${image.tag} from base/pip:1`);
      expect(heard.lines).toEqual(
        expect.arrayContaining([expect.stringMatching(/Successfully installed greeting-1.0/)]),
      );
      expect(heard.lines.at(-1)).toMatch(/^built runyard-build:\w+ in \d+ s$/);
      expect(heard.progress.map(({ sentence }) => sentence)).toContainEqual(
        expect.stringMatching(/^Building runyard-build:\w+: step 3 of \d\.$/),
      );
    });

    it('a second build of the same is a lookup', async () => {
      const first = await build(wheels);
      const heard = listening();
      expect(await build(wheels, {}, heard)).toEqual(first);
      expect(heard.lines).toEqual([]);
    });

    it('a base that became another is another build', async () => {
      await cli('tag', 'base/pip:1', 'base/moving:1');
      const spec = { base: 'base/moving:1', postBuild: 'true' };
      const first = await build(spec);
      await cli('tag', 'runyard/tools:1', 'base/moving:1');
      expect((await build(spec)).tag).not.toBe(first.tag);
    });

    it('what cannot be installed ends with what pip said, and leaves nothing', async () => {
      const before = await cli('ps', '-aq');
      const spec = { base: 'base/pip:1', requirementsTxt: '--no-index\n--find-links /wheels\nnosuchpackage' };
      await expect(build(spec)).rejects.toMatchObject({
        outcome: {
          class: 'start-failed',
          reason: 'image-build',
          sentence: expect.stringMatching(
            /step pip ended with exit code 1.*No matching distribution found for nosuchpackage/s,
          ),
        },
      });
      expect(await cli('ps', '-aq')).toBe(before);
    });

    it('reaches an index over the network of builds that the host names', async () => {
      const asked: string[] = [];
      const index = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.setHeader('content-type', 'text/html');
        response.end('<a href="file:///wheels/greeting-1.0-py3-none-any.whl">greeting-1.0-py3-none-any.whl</a>');
      });
      await new Promise<void>((listen) => index.listen(0, '127.0.0.1', listen));
      const { port } = index.address() as AddressInfo;
      const requirementsTxt = `--index-url http://127.0.0.1:${port}/simple/\ngreeting`;
      await build({ base: 'base/pip:1', requirementsTxt }, { builds: { network: 'host' } });
      expect(asked).toEqual(['/simple/greeting/']);
      await new Promise((closed) => index.close(closed));
    });
  });

  it.skipIf(!existsSync('/usr/bin/apt-get'))('installs packages of a real apt', async () => {
    await made('apt');
    const image = await build({ base: 'base/apt:1', apt: ['greeting'] });
    expect(await cli('run', '--rm', image.tag, 'cat', '/usr/share/greeting/words')).toBe('hello from a package');
    await expect(build({ base: 'base/apt:1', apt: ['greeting', 'nothing-like-it'] })).rejects.toMatchObject({
      outcome: { reason: 'image-build', sentence: expect.stringContaining('Unable to locate package nothing-like-it') },
    });
  });

  it('asks conda and R for what is named, as root, and gives the user of the base back', async () => {
    await made('stubs');
    const image = await build({
      base: 'base/stubs:1',
      conda: ['scipy'],
      environmentYml: 'name: a',
      cran: ["it's"],
      postBuild: 'id -u >/asked/user',
    });
    const show =
      'cat /asked/micromamba | tr "\\n" " "; tail -1 /asked/Rscript; cat /asked/user; id -u; echo $PATH $R_LIBS_USER';
    expect((await cli('run', '--rm', image.tag, 'sh', '-c', show)).split('\n')).toEqual([
      "create -y -q -p /opt/runyard/conda -f /opt/runyard/build/environment.yml install -y -q -c conda-forge -p /opt/runyard/conda -- scipy clean -a -y it's",
      '0',
      '1000',
      '/opt/runyard/conda/bin:/usr/local/bin:/usr/bin:/bin /opt/runyard/r-library',
    ]);
  });

  it('builds of the same at once are one', async () => {
    const spec = { base: 'runyard/busybox:1', postBuild: 'sleep 0.3; cat /proc/sys/kernel/random/uuid >/made' };
    const heard = Array.from({ length: 4 }, listening);
    const images = await Promise.all(heard.map((each) => build(spec, {}, each)));
    expect(new Set(images.map(({ id }) => id)).size).toBe(1);
    const lines = heard.flatMap((each) => each.lines);
    expect(lines.filter((line) => line.startsWith('building '))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('built '))).toHaveLength(4);
  });

  it('the first command after everything that fails ends the build', async () => {
    await expect(
      build({ base: 'runyard/busybox:1', postBuild: 'echo before\nfalse\necho after' }),
    ).rejects.toMatchObject({
      outcome: {
        reason: 'image-build',
        sentence: expect.stringMatching(/step post-build ended with exit code 1.*\nbefore$/s),
      },
    });
  });

  it('is bounded in memory, cores and time', async () => {
    const heard = listening();
    const postBuild = 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us; ls /sys/class/net';
    await build(
      { base: 'runyard/busybox:1', postBuild },
      { builds: { cpu: 0.5, memory: 64 * 2 ** 20, network: 'none' } },
      heard,
    );
    expect(heard.lines).toEqual(expect.arrayContaining([String(64 * 2 ** 20), '50000', 'lo']));
    const before = await cli('ps', '-aq');
    await expect(
      build({ base: 'runyard/busybox:1', postBuild: 'echo begun; sleep 100' }, { builds: { timeoutMs: 1500 } }),
    ).rejects.toMatchObject({
      outcome: {
        class: 'start-failed',
        reason: 'image-build',
        sentence: expect.stringMatching(/longer than 1\.5 s.*begun/s),
      },
    });
    while ((await cli('ps', '-aq')) !== before) await sleep(50);
  });

  it('aborting ends a build that nobody else waits for', async () => {
    const gone = new AbortController();
    const verbs = imageVerbs(docker, {});
    const begun = Promise.withResolvers<void>();
    const building = verbs.build(
      { ...nothing, base: 'runyard/busybox:1', postBuild: 'echo begun; sleep 100' },
      { signal: gone.signal, log: (line) => line === 'begun' && begun.resolve(), onProgress: () => {} },
    );
    await begun.promise;
    gone.abort(new Error('enough'));
    await expect(building).rejects.toThrow('enough');
    while ((await cli('ps', '-aq')) !== '') await sleep(50);
  });

  it('an engine that is not there is asked again', async () => {
    docker = new Docker({ socketPath: `${engine().dir}/nothing.sock` });
    await expect(build({ base: 'runyard/busybox:1' })).rejects.toMatchObject({ code: 'executor-unavailable' });
    await expect(imageVerbs(docker, {}).list(new AbortController().signal)).rejects.toMatchObject({
      code: 'executor-unavailable',
    });
  });

  it('are listed newest first, and found by tag or id; what we did not build is not there', async () => {
    const signal = new AbortController().signal;
    const verbs = imageVerbs(docker, {});
    const image = await build({ base: 'runyard/busybox:1', postBuild: 'echo listed >/made' });
    const listed = await verbs.list(signal);
    expect(listed).toContainEqual(image);
    expect(listed.map(({ createdAt }) => createdAt)).toEqual(
      listed.map(({ createdAt }) => createdAt).sort((a, b) => b - a),
    );
    expect(await verbs.get(image.tag, signal)).toEqual(image);
    expect(await verbs.get(image.id, signal)).toEqual(image);
    for (const other of ['runyard/busybox:1', 'nothing', '../../containers', '?x', ''])
      expect(await verbs.get(other, signal)).toBeNull();
  });

  it('a job names an image, or what it is built from, or what was built', async () => {
    const heard = listening();
    const options = { settings: { pull: 'missing' as const }, signal: new AbortController().signal, ...heard };
    expect(await resolveImage(docker, { image: 'runyard/busybox:1', ...options })).toMatchObject({
      ref: 'runyard/busybox:1',
    });
    const image = { build: { ...nothing, base: 'runyard/busybox:1', postBuild: 'echo of a job >/made' } };
    const built = await resolveImage(docker, { image, ...options });
    expect(await cli('run', '--rm', built.id, 'cat', '/made')).toBe('of a job');
    expect(await resolveImage(docker, { image: built.ref, ...options, settings: { pull: 'always' } })).toEqual(built);
    expect(() => checkImage({ build: { ...nothing, base: 'No Such' } })).toThrow(
      expect.objectContaining({ code: 'invalid-job', field: 'image.build.base' }),
    );
  });

  it('is what runyard.images does', async () => {
    const clock = new ManualClock();
    const executor: Executor = {
      ...scriptedExecutor(new ScriptedEngine({ clock, place: 'here' })),
      images: imageVerbs(docker, {}),
    };
    await using host = await testRunyard({ clock, executors: { docker: executor } });
    const { images } = host.runyard;
    const lines: string[] = [];
    const image = await images.build(
      { base: 'runyard/busybox:1', postBuild: 'echo told' },
      { onLog: (line) => lines.push(line) },
    );
    expect(lines).toContain('told');
    expect(await images.get(image.tag)).toEqual(image);
    expect(await images.list()).toContainEqual(image);
    await expect(images.build({ base: 'runyard/busybox:1', postBuild: 'echo bad; exit 3' })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/exit code 3.*bad/s),
    });
  });

  it('over HTTP is lines of its log and then the image, and found by who asks again; who goes away ends it', async () => {
    const clock = new ManualClock();
    const images = imageVerbs(docker, {});
    const executor: Executor = { ...scriptedExecutor(new ScriptedEngine({ clock, place: 'here' })), images };
    const admin = { kind: 'user', id: 'root', admin: true } as const;
    await using host = await testRunyard({ clock, executors: { docker: executor }, authenticate: () => admin });
    const app = createHttpApp(host.runyard);
    const post = (body: object, headers: Record<string, string>, signal = new AbortController().signal) =>
      app.fetch(
        new Request('http://here/api/built_images', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
          signal,
        }),
      );
    const lines = { accept: 'application/x-ndjson' };
    const what = { base: 'runyard/busybox:1', post_build: 'echo told over http' };
    const told = (await (await post(what, lines)).text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toContainEqual({ type: 'log', text: 'told over http' });
    const { image } = told.at(-1);
    expect(await (await post(what, {})).json()).toEqual(image);
    const left = new AbortController();
    const stuck = { base: 'runyard/busybox:1', post_build: 'echo begun; sleep 600' };
    const reader = ((await post(stuck, lines, left.signal)).body as ReadableStream<Uint8Array>).getReader();
    for (let text = ''; !text.includes('"begun"'); ) text += new TextDecoder().decode((await reader.read()).value);
    left.abort();
    await expect.poll(() => cli('ps', '-q')).toBe('');
  });
});
