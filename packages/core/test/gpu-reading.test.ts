import { describe, expect, it } from 'vitest';
import { parseAmdSmi, parseRocmSmi } from '../src/adapters/shared/gpu/amd-answers.ts';
import type { RunTool } from '../src/adapters/shared/gpu/gpu-device.ts';
import { readGpus } from '../src/adapters/shared/gpu/read-gpus.ts';
import * as answers from './support/gpu-answers.ts';

const gib = 2 ** 30;
const { signal } = new AbortController();

type Answer = string | { code: number; stdout: string } | Error | null;

/** Tools that answer by the first of their arguments; what is not listed is not there. */
const tools =
  (known: Record<string, Answer>): RunTool =>
  async (command, args) => {
    const key = Object.keys(known).find((each) => [command, ...args].join(' ').startsWith(each));
    const answer = key === undefined ? null : (known[key] ?? null);
    if (answer instanceof Error) throw answer;
    return typeof answer === 'string' ? { code: 0, stdout: answer, stderr: '' } : answer && { ...answer, stderr: '' };
  };
const query = 'nvidia-smi --query-gpu=index,uuid,name,memory.total,mig.mode.current --format=csv,noheader,nounits';
const apps = 'nvidia-smi --query-compute-apps=';
const read = (known: Record<string, Answer>, avoidForeign = false) =>
  readGpus({ run: tools(known), signal, avoidForeign });

describe('NVIDIA', () => {
  it('a GPU is told whole, and one in MIG mode as its instances only', async () => {
    const { gpus, problem } = await read({ [query]: answers.query535, 'nvidia-smi -L': answers.list535 });
    expect(problem).toBeUndefined();
    expect(gpus.map(({ model, mig, memoryBytes }) => [model, mig, memoryBytes / gib])).toEqual([
      ['NVIDIA A100-SXM4-80GB', undefined, 80],
      ['NVIDIA A100-SXM4-80GB', '3g.40gb', 40],
      ['NVIDIA A100-SXM4-80GB', '1g.10gb', 10],
      ['NVIDIA A100-SXM4-80GB', '1g.10gb+me', 10],
      ['NVIDIA A100-SXM4-80GB', '1c.3g.40gb', 40],
      ['NVIDIA H100 80GB HBM3', undefined, 81559 / 1024],
      ['NVIDIA L4', undefined, 23034 / 1024],
    ]);
    expect(gpus[1]).toMatchObject({
      uuid: 'MIG-a686709d-6dc2-542a-8851-0d2508448c10',
      parent: 'GPU-1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718',
    });
  });

  it('the names that old drivers give to instances are taken as they are', async () => {
    const { gpus } = await read({ [query]: answers.query450, 'nvidia-smi -L': answers.list450 });
    expect(gpus.map(({ uuid }) => uuid)).toEqual([
      'MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/1/0',
      'MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/2/0',
    ]);
  });

  it('a driver from before MIG is asked without it', async () => {
    const { gpus } = await read({
      [query]: { code: 2, stdout: answers.query440 },
      'nvidia-smi --query-gpu=index,uuid,name,memory.total --format': answers.olderQuery440,
    });
    expect(gpus).toEqual([
      {
        uuid: 'GPU-b1d2c3e4-1111-2222-3333-444455556666',
        model: 'Tesla V100-SXM2-32GB',
        memoryBytes: 32510 * 2 ** 20,
        vendor: 'nvidia',
      },
    ]);
  });

  it('memory that it does not tell is none', async () => {
    const { gpus } = await read({ [query]: answers.queryUnified });
    expect(gpus).toMatchObject([{ model: 'NVIDIA GB10', memoryBytes: 0 }]);
  });

  it('without nvidia-smi there is nothing, and nothing to say', async () => {
    expect(await read({})).toEqual({ gpus: [] });
  });

  it.each<[string, Record<string, Answer>, RegExp]>([
    [
      'a library that does not fit the driver',
      { [query]: { code: 18, stdout: answers.mismatch } },
      /exit code 18.*version mismatch/,
    ],
    ['no driver', { [query]: { code: 9, stdout: answers.noDriver } }, /couldn't communicate with the NVIDIA driver/],
    ['nothing but a GPU that is lost', { [query]: { code: 15, stdout: answers.onlyLost } }, /GPU is lost/],
    ['half a line', { [query]: '0, GPU-8dfe2ac2, NVIDIA A100-SXM4' }, /words that are not known/],
    [
      'a field that is in error',
      { [query]: '0, [Unknown Error], NVIDIA A100, 81920, Disabled' },
      /not known.*`gpus` takes a list/,
    ],
    ['one that hangs', { [query]: new Error('nvidia-smi did not answer within 20 s') }, /did not answer within 20 s/],
  ])('where no GPU is told there is none, and a sentence: %s', async (_, known, sentence) => {
    const { gpus, problem } = await read(known);
    expect(gpus).toEqual([]);
    expect(problem).toMatch(sentence);
  });

  const [first, , third, fourth] = answers.query535.split('\n');
  const uncut = ['GPU-8dfe2ac2', 'GPU-d4b6a8c0', 'GPU-99887766'];
  it.each<[string, Record<string, Answer>, string[], RegExp]>([
    [
      'one that is lost',
      { [query]: { code: 15, stdout: answers.lost } },
      ['GPU-8dfe2ac2'],
      /exit code 15.*GPU is lost/,
    ],
    ['one that is lost, without an exit code', { [query]: answers.lost }, ['GPU-8dfe2ac2'], /GPU is lost/],
    [
      'rows of sick ones',
      { [query]: `${first}\n${answers.sickRows}${fourth}\n` },
      ['GPU-8dfe2ac2', 'GPU-99887766'],
      /Unknown Error/,
    ],
    [
      'a corrupted board',
      { [query]: { code: 14, stdout: `${first}\n${answers.corrupted}` } },
      ['GPU-8dfe2ac2'],
      /exit code 14.*infoROM is corrupted/,
    ],
    [
      'a list of instances that fails',
      { [query]: answers.query535, 'nvidia-smi -L': { code: 255, stdout: 'x' } },
      uncut,
      /exit code 255/,
    ],
    [
      'a list that lacks the GPU that is cut',
      { [query]: answers.query535, 'nvidia-smi -L': answers.list450 },
      uncut,
      /MIG instances/,
    ],
  ])('the others are there, and a sentence says what is not: %s', async (_, known, uuids, sentence) => {
    const { gpus, problem } = await read(known);
    expect(gpus.map(({ uuid }) => uuid.slice(0, 12))).toEqual(uuids);
    expect(problem).toMatch(sentence);
  });

  it('a warning takes nothing away, and is no problem', async () => {
    const { gpus, problem } = await read({ [query]: `${answers.corrupted}${third}\n` });
    expect([gpus.length, problem]).toEqual([1, undefined]);
  });

  it('instances below a GPU that is not told as one are nobody else’s', async () => {
    const list = answers.list535.replace(/^GPU 1: .*$/m, 'GPU 1: Unknown Error');
    const { gpus } = await read({ [query]: answers.query535, 'nvidia-smi -L': list });
    expect(gpus.map(({ uuid }) => uuid.slice(0, 12))).toEqual(uncut);
  });

  it('who computes is known also where a GPU is lost', async () => {
    const known = { [query]: `${first}\n${third}\n`, [apps]: { code: 15, stdout: answers.apps535 + answers.onlyLost } };
    const { gpus } = await read(known, true);
    expect(gpus.map(({ busy }) => busy)).toEqual(['python3.11 (pid 4242) and 1 more', undefined]);
  });

  it('a machine whose GPUs are gone has none, which is no fault', async () => {
    expect(await read({ [query]: { code: 6, stdout: 'No devices were found\n' } })).toEqual({ gpus: [] });
  });

  const whole = { [query]: answers.query535, 'nvidia-smi -L': answers.list535 };
  it('what others compute on is said where the host asks for it', async () => {
    const { gpus } = await read({ ...whole, [apps]: answers.apps535 }, true);
    expect(gpus.filter(({ mig }) => mig === undefined).map(({ busy }) => busy)).toEqual([
      'python3.11 (pid 4242) and 1 more',
      undefined,
      'a process (pid 90)',
    ]);
    expect((await read({ ...whole, [apps]: answers.apps535 })).gpus.some(({ busy }) => busy)).toBe(false);
  });

  it('a process of which only the GPU is known holds none of its instances', async () => {
    const { gpus } = await read({ ...whole, [apps]: answers.apps535 }, true);
    expect(gpus.filter(({ mig, busy }) => mig !== undefined && busy !== undefined)).toEqual([]);
  });

  it('where it cannot be said who uses the GPUs, all count as used', async () => {
    const { gpus, problem } = await read({ ...whole, [apps]: { code: 9, stdout: '' } }, true);
    expect(gpus.every(({ busy }) => busy !== undefined)).toBe(true);
    expect(problem).toMatch(/all of them count as used/);
  });
});

describe('AMD', () => {
  it('the driver tells the devices, and a tool only what they are called', async () => {
    const { gpus, problem } = await read({ 'sh -c': answers.kfd, 'amd-smi static': answers.amdSmi6 }, true);
    expect(problem).toBeUndefined();
    expect(gpus).toEqual([
      {
        uuid: 'GPU-719f2d333d5c6ff2',
        model: 'AMD Instinct MI210',
        memoryBytes: 68702699520,
        vendor: 'amd',
        index: 0,
        renderNode: '/dev/dri/renderD128',
      },
      {
        uuid: 'GPU-ffffffffffffffff',
        model: 'AMD Instinct MI210',
        memoryBytes: 68702699520,
        vendor: 'amd',
        index: 1,
        renderNode: '/dev/dri/renderD129',
        groups: [44, 109],
        busy: 'python3 (pid 5151)',
      },
    ]);
  });

  it.each([
    ['rocm-smi', { 'rocm-smi': answers.rocmSmi }, 'Instinct MI210'],
    [
      'amd-smi that fails, and rocm-smi',
      { 'amd-smi': { code: 1, stdout: '' }, 'rocm-smi': answers.rocmSmi },
      'Instinct MI210',
    ],
    ['amd-smi by bus address', { 'amd-smi': answers.amdSmi7 }, 'AMD Instinct MI210'],
    ['no tool at all', {}, 'AMD gfx90a'],
  ])('its name comes from %s', async (_, known: Record<string, Answer>, model) => {
    expect((await read({ 'sh -c': answers.kfd, ...known })).gpus[0]?.model).toBe(model);
  });

  it('a board without an id has one by its bus', async () => {
    expect((await read({ 'sh -c': answers.kfdConsumer })).gpus).toMatchObject([
      { uuid: 'amd-0000:03:00.0', model: 'AMD gfx90a', memoryBytes: 25753026560 },
    ]);
  });

  it('no driver, no devices; one that does not tell all, none and a sentence', async () => {
    expect(await read({ 'sh -c': { code: 3, stdout: '' } })).toEqual({ gpus: [] });
    const half = await read({ 'sh -c': { code: 4, stdout: answers.kfd } });
    expect(half).toMatchObject({ gpus: [], problem: expect.stringContaining('video and render') });
    expect((await read({ 'sh -c': 'node 1\ngpu_id 3\nsimd_count 4\n' })).gpus).toEqual([]);
  });

  it('the memory that the tools tell is read in their units', () => {
    const text = '[{"asic": {"market_name": "N/A"}, "vram": {"size": "192 GB"}}]';
    expect(parseAmdSmi(text)).toEqual([{ model: '', memoryBytes: 192 * gib, uniqueId: null, bdf: null }]);
    expect(parseAmdSmi('{"error": 1}')).toBeNull();
    expect(parseRocmSmi('ERROR')).toBeNull();
  });
});

it('both vendors at once are told, and the fault of one does not hide the other', async () => {
  const { gpus, problem } = await read({ [query]: { code: 18, stdout: answers.mismatch }, 'sh -c': answers.kfd });
  expect(gpus).toHaveLength(2);
  expect(problem).toMatch(/nvidia-smi failed/);
});

it('a device that is told twice is there once', async () => {
  const [row] = answers.query535.split('\n');
  expect((await read({ [query]: `${row}\n${row}\n` })).gpus).toHaveLength(1);
});

it('a reading that is aborted has no answer', async () => {
  const aborted = AbortSignal.abort(new Error('enough'));
  const run: RunTool = async (_, __, given) => {
    given.throwIfAborted();
    return null;
  };
  await expect(readGpus({ run, signal: aborted })).rejects.toThrow('enough');
});
