import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { told } from './told.ts';

const main = fileURLToPath(new URL('../../examples/gpu-host/main.ts', import.meta.url));
const engines = resolve(import.meta.dirname, '../engines');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runyard-gpu-host-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Who held what at each moment that was told: `1  d8c15572  tune   GPU-pretended-0`.
const moments = (out: string) =>
  out.split('\n\n').map((moment) => [...moment.matchAll(/^\d {2}\S+ {2}\w+ +(?:0\.5 of )?(GPU-\S+)$/gm)]);

describe.runIf(process.platform === 'linux')('examples/gpu-host', () => {
  it('has jobs take turns on two devices: a whole one is never with two, and who waits says for what', async () => {
    const { exit, out, err } = await told(main, ['--pretend'], { TMPDIR: folder });
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    for (const held of moments(out)) {
      const whole = held.filter(([line]) => !line.includes(' of '));
      for (const [, device] of whole) expect(held.filter(([, other]) => other === device)).toHaveLength(1);
    }
    expect(out).toMatch(/Waits for 1 GPU: 0 of 2 are free; run \w{32} holds GPU-pretended-\d/);
    expect(out.match(/^\w{8} {2}(train|tune): (trained|tuned) on GPU-pretended-[01]$/gm)).toHaveLength(4);
    expect(out.match(/serve: served from 8589934592 bytes of GPU-pretended-[01]$/gm)).toHaveLength(2);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes the devices that nvidia-smi tells, where there is one', async () => {
    const { exit, out } = await told(main, [], {
      TMPDIR: folder,
      PATH: `${join(engines, 'fake-gpu')}:${process.env.PATH}`,
      FAKE_GPUS: join(engines, 'fake-gpus/eight.txt'),
    });
    expect(exit).toBe(0);
    expect(out).toMatch(/^nvidia-smi tells:\nGPU 0: NVIDIA A100/);
    expect(out.match(/^\w{8} {2}(train|tune): (trained|tuned) on GPU-[0-9a-f-]{36}$/gm)).toHaveLength(4);
  });
});
