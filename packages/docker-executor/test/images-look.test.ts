import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { type LookForImage, lookForImage } from '../src/images/look-for-image.ts';
import { type Registry, startRegistry } from './registry/registry.ts';

describe.skipIf(!dockerRuns)('looking for an image before anything runs', () => {
  const engine = useDocker();
  const { signal } = new AbortController();
  let registry: Registry;
  beforeEach(async () => {
    registry = await startRegistry();
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  const look = (options: Pick<LookForImage, 'image'> & Partial<LookForImage>) =>
    lookForImage(new Docker({ socketPath: engine().socket }), { settings: {}, owner: 'user:ann', signal, ...options });

  it('finds nothing wrong with one that its registry has, and pulls nothing of it', async () => {
    await registry.push('team/train', 'v1');
    const image = `${registry.host}/team/train:v1`;
    expect(await look({ image })).toEqual([]);
    expect(await look({ image: { build: { base: image } } as LookForImage['image'] })).toEqual([]);
    expect(registry.layerDownloads()).toBe(0);
  });

  it('tells of one that is not there, in the field that names it', async () => {
    const image = `${registry.host}/team/train:v2`;
    expect(await look({ image })).toEqual([
      { code: 'image-missing', severity: 'error', sentence: expect.stringContaining(image), field: 'image' },
    ]);
    expect(await look({ image: { build: { base: image } } as LookForImage['image'] })).toMatchObject([
      { code: 'image-missing', field: 'image.build.base' },
    ]);
  });

  it('tells of one that the engine lacks where nothing is pulled', async () => {
    await registry.push('team/train', 'v1');
    const image = `${registry.host}/team/train:v1`;
    expect(await look({ image, settings: { pull: 'never' } })).toMatchObject([{ code: 'image-missing' }]);
    expect(await look({ image: `sha256:${'0'.repeat(64)}` })).toMatchObject([{ code: 'image-missing' }]);
  });

  it('a registry that does not answer says nothing of the image', async () => {
    expect(await look({ image: '127.0.0.1:9/team/train:v1' })).toMatchObject([
      { code: 'not-asked', severity: 'warning', field: 'image' },
    ]);
  });

  it('a credential that is not there is told of by its name', async () => {
    const image = `${registry.host}/team/train:v1`;
    await expect(look({ image, credential: 'deploy' })).resolves.toMatchObject([
      { severity: 'error', sentence: expect.stringContaining("'deploy'") },
    ]);
  });
});
