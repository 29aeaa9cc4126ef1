import { type AmdName, parseAmdSmi, parseRocmSmi } from './amd-answers.ts';
import type { GpuDevice, GpuReading } from './gpu-device.ts';
import { type KfdGpu, kfdScript, parseKfd } from './kfd.ts';
import { type ReadOptions, withProblem } from './read-options.ts';

/** What the AMD driver itself tells. Its tools are asked only for what a board is called, where it does not say so. */
export const readAmd = async (options: ReadOptions): Promise<GpuReading> => {
  if (options.hasKfd?.() === false) return { gpus: [] };
  const answer = await options.run('sh', ['-c', kfdScript], options.signal);
  if (answer === null || answer.code === 3) return { gpus: [] };
  const gpus = answer.code === 0 ? parseKfd(answer.stdout) : null;
  if (gpus === null)
    return withProblem(
      `The AMD driver did not tell its devices whole: ${answer.stderr.trim().slice(0, 200)}. Is the user in the groups video and render?`,
    );
  const incomplete = gpus.some(({ product, memoryBytes }) => product === '' || memoryBytes === 0);
  const names = incomplete ? await askTools(options) : [];
  return {
    gpus: gpus.map((gpu, index) => deviceOf(gpu, { index, names, avoidForeign: options.avoidForeign ?? false })),
  };
};

const askTools = async ({ run, signal }: ReadOptions): Promise<AmdName[]> => {
  const amd = await run('amd-smi', ['static', '--asic', '--bus', '--vram', '--json'], signal);
  const told = amd?.code === 0 ? parseAmdSmi(amd.stdout) : null;
  if (told) return told;
  const args = ['--showuniqueid', '--showproductname', '--showmeminfo', 'vram', '--showbus', '--json'];
  const rocm = await run('rocm-smi', args, signal);
  return (rocm?.code === 0 ? parseRocmSmi(rocm.stdout) : null) ?? [];
};

interface Known {
  index: number;
  names: readonly AmdName[];
  avoidForeign: boolean;
}

// The runtime knows a device as `GPU-<unique id>`; one without an id keeps at least its slot.
const deviceOf = (gpu: KfdGpu, { index, names, avoidForeign }: Known): GpuDevice => {
  const named = names.find(
    ({ uniqueId, bdf }) => (uniqueId !== null && uniqueId === gpu.uniqueId) || (bdf !== null && bdf === gpu.bdf),
  );
  return {
    uuid: gpu.uniqueId === null ? `amd-${gpu.bdf}` : `GPU-${gpu.uniqueId}`,
    model: gpu.product || named?.model || `AMD ${gpu.architecture || 'GPU'}`,
    memoryBytes: gpu.memoryBytes || (named?.memoryBytes ?? 0),
    vendor: 'amd',
    index,
    renderNode: `/dev/dri/renderD${gpu.renderMinor}`,
    ...(gpu.groups.length > 0 && { groups: gpu.groups }),
    ...(avoidForeign && gpu.users !== null && { busy: gpu.users }),
  };
};
