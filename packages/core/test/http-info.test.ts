import { expect, it } from 'vitest';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const sizes = {
  tiny: { cpu: 0.5, memory: '1500M' },
  medium: { cpu: 2, memory: '4Gi' },
  a100: { cpu: 16, memory: '128Gi', gpu: { count: 2, model: 'A100' } },
  'mi-300': { cpu: 8, memory: '64Gi', gpu: { count: 1, model: 'AMD Instinct MI300X' } },
};

it('sizes are told in the published shapes: whole cores, the kind of hardware, a text to show', async () => {
  await using t = await testRunyard({
    sizes,
    authenticate: () => ({ kind: 'user', id: 'ann', scopes: [] }),
  });
  const app = createHttpApp(t.runyard);
  const get = async (path: string) => JSON.parse(await (await app.fetch(new Request(`http://here/api${path}`))).text());
  const servers = await get('/info/servers');
  expect(servers).toMatchObject({ disk_space: [], auto_shutoff: [] });
  expect(Object.keys(servers.sizes)).toEqual(Object.keys(sizes));
  expect(servers.sizes.tiny).toMatchObject({ cores: 1, cpu: 0.5, memory: '1500000000', hardware_type: 'CPU', gpu: 0 });
  expect(servers.sizes.medium).toMatchObject({ cores: 2, memory: '4Gi', display: 'Medium - 2 cores - 4 GB RAM' });
  expect(servers.sizes.a100).toMatchObject({ gpu: 2, gpu_type: 'A100', hardware_type: 'NVIDIA' });
  expect(servers.sizes['mi-300']).toMatchObject({ gpu: 1, hardware_type: 'AMD' });
  const { server_options, default_images, default_sizes } = await get('/jobs/info');
  expect(server_options.size).toEqual(Object.values(servers.sizes));
  expect(default_images).toEqual({});
  expect([default_sizes.CPU.name, default_sizes.NVIDIA.name, default_sizes.AMD.name]).toEqual([
    'tiny',
    'a100',
    'mi-300',
  ]);
  expect(await get('/info')).toMatchObject({
    executors: ['scripted', 'function'].map((name) => ({ name, builds_images: false })),
    default_executor: 'scripted',
    default_size: expect.any(String),
    sizes: servers.sizes,
  });
});
