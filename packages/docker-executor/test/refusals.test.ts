import type { ExecutorInput, Host } from '@runyard/core';
import { executorInput } from '@runyard/core/testing';
import Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { dockerExecutor } from '../src/docker-executor.ts';
import { imageVerbs } from '../src/images/image-verbs.ts';
import type { DockerExecutorOptions } from '../src/options.ts';

const host = {} as Host;
const save = (parts: Partial<ExecutorInput>, options: DockerExecutorOptions = {}) =>
  dockerExecutor({ host: 'unix:///nowhere', ...options })(host).parseSpec(
    executorInput({ image: 'busybox', owner: 'user:a', ...parts }),
  );
const field = (name: string, code = 'unsupported-by-executor') => expect.objectContaining({ code, field: name });

describe('refused at save, with the field:', () => {
  it('a job without an image, unless the host gives one to all', () => {
    expect(() => save({ image: null })).toThrow(field('image'));
    expect(save({ image: null }, { image: 'node:24' })).toMatchObject({ image: null });
  });

  it('a job that wants a GPU of an executor that gives none away', () => {
    for (const options of [{ gpus: 'none' }, { capacity: 'unlimited' }] as const)
      expect(() => save({ hardware: 'gpu' }, options)).toThrow(field('hardware', 'gpu-unavailable'));
    expect(save({ hardware: 'gpu' })).toMatchObject({ image: 'busybox' });
  });

  it('what names no image', () => {
    for (const image of ['Bad', 'a b', 'name:', ':tag', 'name@sha256:12', '-x', 'a//b', 'http://x/y', 'a@sha256:x'])
      expect(() => save({ image }), image).toThrow(field('image', 'invalid-job'));
    const good = [
      'node',
      'node:24-slim',
      'a/b/c:1_2.3-4',
      'registry.example.com:5000/team/it',
      'localhost/it:1',
      `it@sha256:${'a'.repeat(64)}`,
      `x/it:1@sha256:${'0'.repeat(64)}`,
    ];
    for (const image of good) expect(save({ image }), image).toMatchObject({ image });
  });

  it('networks, users and a writable root that the host does not allow', () => {
    for (const network of ['host', 'container:x', 'backend'])
      expect(() => save({ executorOptions: { network } })).toThrow(field('executorOptions.network'));
    expect(save({ executorOptions: { network: 'host' } }, { networks: ['host'] })).toBeDefined();
    expect(save({ executorOptions: { user: '0' } })).toBeDefined();
    expect(() => save({ executorOptions: { user: '0' } }, { user: '1000' })).toThrow(field('executorOptions.user'));
    expect(() => save({ executorOptions: { user: '0' } }, { users: ['1000'] })).toThrow(field('executorOptions.user'));
    expect(() => save({ executorOptions: { readOnlyRoot: false } })).toThrow(field('executorOptions.readOnlyRoot'));
    expect(save({ executorOptions: { readOnlyRoot: false } }, { allowWritableRoot: true })).toBeDefined();
  });

  it('options that there are not, so nothing asks for privileges by another name', () => {
    for (const name of ['privileged', 'pid', 'ipc', 'capAdd', 'devices'])
      expect(() => save({ executorOptions: { [name]: true } })).toThrow(
        field(`executorOptions.${name}`, 'unknown-field'),
      );
    expect(() => save({ executorOptions: { shmSize: 'much' } })).toThrow(
      field('executorOptions.shmSize', 'invalid-job'),
    );
  });

  it('ulimits that there are not, that contradict themselves, or above those of the host', () => {
    const ulimits = (wished: object, options: DockerExecutorOptions = {}) =>
      save({ executorOptions: { ulimits: wished } }, options);
    const at = 'executorOptions.ulimits.nofile';
    expect(() => ulimits({ nofiles: 5 })).toThrow(field('executorOptions.ulimits.nofiles', 'unknown-field'));
    for (const nofile of [
      { soft: 5, hard: 4 },
      { soft: -1, hard: 4 },
    ])
      expect(() => ulimits({ nofile })).toThrow(field(at, 'invalid-job'));
    const host = { ulimits: { nofile: { soft: 10, hard: 20 } } };
    for (const nofile of [21, -1, { soft: 1, hard: -1 }]) expect(() => ulimits({ nofile }, host)).toThrow(field(at));
    for (const nofile of [20, { soft: 20, hard: 20 }]) expect(ulimits({ nofile, core: -1 }, host)).toBeDefined();
    expect(ulimits({ nofile: -1 }, { ulimits: { nofile: -1 } })).toBeDefined();
    expect(() => save({}, { ulimits: { nofile: { soft: 5, hard: 4 } } })).toThrow(
      field('dockerExecutor.ulimits.nofile', 'invalid-option'),
    );
  });

  it('an image that is built, but for those whom the host lets build', () => {
    const nothing = { apt: [], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };
    const image = { build: { ...nothing, base: 'busybox', postBuild: 'true' } };
    expect(save({ image })).toMatchObject({ image });
    expect(save({ image }, { builds: { allow: ['user:a'] } })).toMatchObject({ image });
    for (const allow of [false, [], ['user:b']])
      expect(() => save({ image }, { builds: { allow } })).toThrow(field('image.build'));
  });

  it('a build without a job, for those whom the host lets no job of theirs build', async () => {
    const nothing = { apt: [], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };
    // Nothing answers there: whoever is let gets that far.
    const docker = new Docker({ socketPath: '/nowhere.sock' });
    const build = (allow: boolean | string[], owners?: string[]) =>
      imageVerbs(docker, { builds: { allow } }).build(
        { ...nothing, base: 'busybox', postBuild: 'true' },
        { signal: new AbortController().signal, log: () => {}, onProgress: () => {}, ...(owners && { owners }) },
      );
    for (const allow of [false, [], ['user:b']])
      await expect(build(allow, ['user:a', 'group:lab'])).rejects.toMatchObject({ code: 'forbidden' });
    for (const [allow, owners] of [
      [true, ['user:a']],
      [['group:lab'], ['user:a', 'group:lab']],
      [false, undefined],
    ] as const)
      await expect(build(allow as boolean, owners as string[] | undefined)).rejects.toMatchObject({
        code: 'executor-unavailable',
      });
  });

  it('a registry credential where the host gives none', () => {
    const wish = { executorOptions: { registryCredential: 'mine' } };
    expect(() => save(wish)).toThrow(field('executorOptions.registryCredential'));
    expect(save(wish, { registryCredential: async () => null })).toBeDefined();
  });

  it('apt packages where the root cannot be written', () => {
    const extraPackages = { apt: ['jq'], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };
    expect(() => save({ extraPackages })).toThrow(field('extraPackages.apt'));
    expect(save({ extraPackages }, { readOnlyRoot: false })).toBeDefined();
  });

  it('secret files outside of the workspace, and more than one machine', () => {
    const secrets = [{ name: 'x', type: 'file' as const, location: '../x' }];
    expect(() => save({ secrets })).toThrow(field('secrets.0.location'));
    expect(() => save({ scale: 2 })).toThrow(field('scale'));
  });
});

it('a wrong option of the host is told by its name', () => {
  expect(() => dockerExecutor({ pidLimit: 3 } as DockerExecutorOptions)).toThrow(
    field('dockerExecutor.pidLimit', 'invalid-option'),
  );
  expect(() => dockerExecutor({ docker: {} as never })).toThrow(field('dockerExecutor.docker', 'invalid-option'));
  expect(() => dockerExecutor({ logSize: '127Mi' })).toThrow(field('dockerExecutor.logSize', 'invalid-option'));
  expect(() => dockerExecutor({ host: 'ftp://x' })(host)).toThrow(field('host', 'invalid-option'));
});
