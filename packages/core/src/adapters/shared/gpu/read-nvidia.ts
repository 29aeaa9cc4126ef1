import type { GpuDevice, GpuReading, ToolAnswer } from './gpu-device.ts';
import {
  isWarning,
  type MigInstance,
  memoryOfProfile,
  type NvidiaGpu,
  parseComputeApps,
  parseGpuQuery,
  parseMigList,
} from './nvidia-answers.ts';
import type { ReadOptions } from './read-options.ts';

/**
 * What `nvidia-smi` tells. A GPU in MIG mode is told as its instances only, so it may come to nothing at all. A GPU that is sick, or told in words
 * that are not known, is left out with a sentence, and the others are there; a GPU that may be cut is never taken for a whole one.
 */
export const readNvidia = async (options: ReadOptions): Promise<GpuReading> => {
  const asked = await query(options);
  const read = await devicesOf(asked, options);
  return options.avoidForeign && read.gpus.length > 0 ? markForeign(read, options) : read;
};

/** GPUs as the driver tells them. `problem`: why not all of them. */
interface Asked {
  gpus: NvidiaGpu[];
  problem?: string;
}

const csv = '--format=csv,noheader,nounits';

// A driver from before MIG (450) does not know its mode, and says so instead of answering.
const query = async ({ run, signal }: ReadOptions): Promise<Asked> => {
  const answer = await run('nvidia-smi', ['--query-gpu=index,uuid,name,memory.total,mig.mode.current', csv], signal);
  if (answer === null) return { gpus: [] };
  if (!/is not a valid field/.test(answer.stdout + answer.stderr)) return gpusIn(answer);
  const older = await run('nvidia-smi', ['--query-gpu=index,uuid,name,memory.total', csv], signal);
  if (older === null) return { gpus: [], problem: vanished };
  return gpusIn({ ...older, stdout: older.stdout.replace(/(?<=\S)[^\S\n]*$/gm, ', [N/A]') });
};

const vanished = 'nvidia-smi was there, and then it was not.';

// A board's memory of itself is corrupted; a GPU has fallen off the bus. The others are told all the same.
const sickCodes: readonly number[] = [14, 15];

const gpusIn = (answer: ToolAnswer): Asked => {
  if (/^No devices were found/m.test(answer.stdout)) return { gpus: [] };
  const { gpus, others } = parseGpuQuery(answer.stdout);
  if (answer.code !== 0 && !(sickCodes.includes(answer.code) && gpus.length > 0))
    return { gpus: [], problem: failed(answer) };
  if (answer.code === 0 && others.every(isWarning)) return { gpus };
  return { gpus, problem: gpus.length === 0 ? notUnderstood('its GPUs', answer) : partly(answer, others) };
};

// Only a GPU that may be cut has to be looked for in the list of instances, and is left out where that does not tell of it.
const devicesOf = async (asked: Asked, { run, signal }: ReadOptions): Promise<GpuReading> => {
  const { gpus, problem } = asked;
  const uncut = gpus.filter(({ mig }) => mig === false).map(whole);
  if (uncut.length === gpus.length) return readingOf(uncut, [problem]);
  const answer = await run('nvidia-smi', ['-L'], signal);
  if (answer === null) return readingOf(uncut, [problem, vanished]);
  if (answer.code !== 0 && !sickCodes.includes(answer.code)) return readingOf(uncut, [problem, failed(answer)]);
  const list = parseMigList(answer.stdout);
  const untold = gpus.some(({ uuid, mig }) => mig !== false && !list.gpus.includes(uuid));
  const devices = gpus.flatMap((gpu) => {
    if (gpu.mig === false) return [whole(gpu)];
    if (!list.gpus.includes(gpu.uuid)) return [];
    const instances = list.instances.filter(({ parent }) => parent === gpu.uuid);
    return gpu.mig === null && instances.length === 0
      ? [whole(gpu)]
      : instances.map((instance) => instanceOf(gpu, instance));
  });
  const odd = untold || !list.others.every(isWarning);
  return readingOf(devices, [problem, odd ? notUnderstood('its MIG instances', answer) : undefined]);
};

const readingOf = (gpus: readonly GpuDevice[], problems: readonly (string | undefined)[]): GpuReading => {
  const problem = problems.filter((each) => each !== undefined).join(' ');
  return { gpus, ...(problem !== '' && { problem }) };
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
const markForeign = async ({ gpus, problem }: GpuReading, { run, signal }: ReadOptions): Promise<GpuReading> => {
  const answer = await run('nvidia-smi', ['--query-compute-apps=gpu_uuid,pid,process_name,used_memory', csv], signal);
  const told = answer?.code === 0 || sickCodes.includes(answer?.code ?? -1);
  const users = answer && told ? parseComputeApps(answer.stdout) : null;
  if (users)
    return readingOf(
      gpus.map((gpu) => ({ ...gpu, ...busy(users.get(gpu.uuid)) })),
      [problem],
    );
  const blind = 'nvidia-smi did not tell which processes use the GPUs, so all of them count as used.';
  return readingOf(
    gpus.map((gpu) => ({ ...gpu, busy: 'nobody knows what' })),
    [problem, blind],
  );
};

const busy = (by: string | undefined): { busy?: string } => (by === undefined ? {} : { busy: by });

// It prints its complaints on stdout.
const failed = ({ code, stdout, stderr }: ToolAnswer): string =>
  `nvidia-smi failed with exit code ${code}: ${firstWords(stdout + stderr)} Run it by hand on that machine; a reboot or a reload of the driver often helps.`;

const notUnderstood = (what: string, { stdout }: ToolAnswer): string =>
  `nvidia-smi told ${what} in words that are not known: ${firstWords(stdout)} Give the devices by hand: the option \`gpus\` takes a list.`;

const partly = ({ code }: ToolAnswer, others: readonly string[]): string =>
  `nvidia-smi did not tell all GPUs as it should (exit code ${code}), so only those are there that it told: ${firstWords(others.join(' '))} Run it by hand on that machine; a reboot often helps.`;

const firstWords = (text: string): string => {
  const words = text.trim().replace(/\s+/g, ' ').slice(0, 200);
  return words === '' ? '(it printed nothing).' : /[.!?]$/.test(words) ? words : `${words}.`;
};
