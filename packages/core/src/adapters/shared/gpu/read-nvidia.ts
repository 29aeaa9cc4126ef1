import type { GpuDevice, GpuReading, ToolAnswer } from './gpu-device.ts';
import {
  type MigInstance,
  memoryOfProfile,
  type NvidiaGpu,
  parseComputeApps,
  parseGpuQuery,
  parseMigList,
} from './nvidia-answers.ts';
import { type ReadOptions, withProblem } from './read-options.ts';

/**
 * What `nvidia-smi` tells. A GPU in MIG mode is told as its instances only, so it may come to nothing at all. Where anything of
 * the answer is missing or not understood there is no device, and a sentence: a part is never taken for the whole.
 */
export const readNvidia = async (options: ReadOptions): Promise<GpuReading> => {
  const asked = await query(options);
  if (asked === null) return { gpus: [] };
  if (typeof asked === 'string') return withProblem(asked);
  const devices = await devicesOf(asked, options);
  if (typeof devices === 'string') return withProblem(devices);
  return options.avoidForeign && devices.length > 0 ? markForeign(devices, options) : { gpus: devices };
};

const csv = '--format=csv,noheader,nounits';

// A driver from before MIG (450) does not know its mode, and says so instead of answering.
const query = async ({ run, signal }: ReadOptions): Promise<NvidiaGpu[] | string | null> => {
  const answer = await run('nvidia-smi', ['--query-gpu=index,uuid,name,memory.total,mig.mode.current', csv], signal);
  if (answer === null) return null;
  if (!/is not a valid field/.test(answer.stdout + answer.stderr)) return gpusIn(answer);
  const older = await run('nvidia-smi', ['--query-gpu=index,uuid,name,memory.total', csv], signal);
  return older && gpusIn({ ...older, stdout: older.stdout.replace(/(?<=\S)[^\S\n]*$/gm, ', [N/A]') });
};

const gpusIn = (answer: ToolAnswer): NvidiaGpu[] | string => {
  if (/^No devices were found/m.test(answer.stdout)) return [];
  if (answer.code !== 0) return failed(answer);
  return parseGpuQuery(answer.stdout) ?? notUnderstood('its GPUs', answer);
};

const devicesOf = async (gpus: readonly NvidiaGpu[], { run, signal }: ReadOptions): Promise<GpuDevice[] | string> => {
  if (gpus.every(({ mig }) => mig === false)) return gpus.map(whole);
  const answer = await run('nvidia-smi', ['-L'], signal);
  if (answer === null) return 'nvidia-smi was there, and then it was not.';
  if (answer.code !== 0) return failed(answer);
  const list = parseMigList(answer.stdout);
  if (list === null || gpus.some(({ uuid }) => !list.gpus.includes(uuid)))
    return notUnderstood('its MIG instances', answer);
  return gpus.flatMap((gpu) => {
    const instances = list.instances.filter(({ parent }) => parent === gpu.uuid);
    return gpu.mig === false || (gpu.mig === null && instances.length === 0)
      ? [whole(gpu)]
      : instances.map((instance) => instanceOf(gpu, instance));
  });
};

const whole = ({ uuid, model, memoryBytes }: NvidiaGpu): GpuDevice => ({ uuid, model, memoryBytes, vendor: 'nvidia' });

const instanceOf = ({ model }: NvidiaGpu, { uuid, profile, parent }: MigInstance): GpuDevice => ({
  uuid,
  model,
  memoryBytes: memoryOfProfile(profile),
  mig: profile,
  parent,
  vendor: 'nvidia',
});

// Processes on a MIG instance are mostly told by its GPU, which says nothing of its other instances: those are not held against them.
const markForeign = async (gpus: readonly GpuDevice[], { run, signal }: ReadOptions): Promise<GpuReading> => {
  const answer = await run('nvidia-smi', ['--query-compute-apps=gpu_uuid,pid,process_name,used_memory', csv], signal);
  const users = answer?.code === 0 ? parseComputeApps(answer.stdout) : null;
  if (users) return { gpus: gpus.map((gpu) => ({ ...gpu, ...busy(users.get(gpu.uuid)) })) };
  const problem = 'nvidia-smi did not tell which processes use the GPUs, so all of them count as used.';
  return { gpus: gpus.map((gpu) => ({ ...gpu, busy: 'nobody knows what' })), problem };
};

const busy = (by: string | undefined): { busy?: string } => (by === undefined ? {} : { busy: by });

// It prints its complaints on stdout.
const failed = ({ code, stdout, stderr }: ToolAnswer): string =>
  `nvidia-smi failed with exit code ${code}: ${firstWords(stdout + stderr)} Run it by hand on that machine; a reboot or a reload of the driver often helps.`;

const notUnderstood = (what: string, { stdout }: ToolAnswer): string =>
  `nvidia-smi told ${what} in words that are not known: ${firstWords(stdout)} Give the devices by hand: the option \`gpus\` takes a list.`;

const firstWords = (text: string): string => {
  const words = text.trim().replace(/\s+/g, ' ').slice(0, 200);
  return words === '' ? '(it printed nothing).' : /[.!?]$/.test(words) ? words : `${words}.`;
};
