/** A line of `nvidia-smi --query-gpu=index,uuid,name,memory.total,mig.mode.current --format=csv,noheader,nounits`. */
export interface NvidiaGpu {
  uuid: string;
  model: string;
  /** 0: it does not say, as where the memory is the machine's own. */
  memoryBytes: number;
  /** null: this driver does not say. */
  mig: boolean | null;
}

/** A MIG instance as `nvidia-smi -L` tells it. */
export interface MigInstance {
  uuid: string;
  profile: string;
  /** The UUID of its GPU. */
  parent: string;
}

/** The GPUs, and every line that is none: words about a GPU that is sick, a row of it, a warning. */
export const parseGpuQuery = (text: string): { gpus: NvidiaGpu[]; others: string[] } => {
  const lines = linesOf(text).map((line) => ({ line, gpu: parseGpu(line) }));
  return {
    gpus: lines.flatMap(({ gpu }) => gpu ?? []),
    others: lines.flatMap(({ line, gpu }) => (gpu === null ? [line] : [])),
  };
};

// Neither of the last two is quoted or holds a comma, so a name that does is what lies between.
const parseGpu = (line: string): NvidiaGpu | null => {
  const [index = '', uuid = '', ...rest] = line.split(',').map((field) => field.trim());
  const mig = migModes[rest.pop() ?? ''];
  const memory = rest.pop() ?? '';
  const known = /^\d+$/.test(memory);
  const model = rest.join(', ');
  if (!/^\d+$/.test(index) || !/^GPU-[0-9a-f-]+$/i.test(uuid) || model === '' || mig === undefined) return null;
  if (!known && !unsaid.test(memory)) return null;
  return { uuid, model, memoryBytes: known ? Number(memory) * 2 ** 20 : 0, mig };
};

const migModes: Record<string, boolean | null> = {
  Enabled: true,
  Disabled: false,
  '[N/A]': false,
  'N/A': false,
  '[Not Supported]': false,
  '[Insufficient Permissions]': null,
  '?': null,
};
const unsaid = /^\[?(N\/A|Not Supported|Insufficient Permissions)\]?$/;

/**
 * Of `nvidia-smi -L`: the instances, each below its GPU, and every line that is neither. What stands below a GPU that is not told as one is
 * left out. Drivers before 470 name an instance after its GPU (`MIG-GPU-<uuid>/1/0`), later ones by a UUID of its own.
 */
export const parseMigList = (text: string): { gpus: string[]; instances: MigInstance[]; others: string[] } => {
  const gpus: string[] = [];
  const instances: MigInstance[] = [];
  const others: string[] = [];
  let parent: string | undefined;
  for (const line of linesOf(text)) {
    const gpu = /^GPU \d+: .*\(UUID: (GPU-[0-9a-f-]+)\)$/i.exec(line)?.[1];
    const [, profile, uuid] = /^MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)\s]+)\)$/.exec(line) ?? [];
    if (gpu !== undefined) gpus.push(gpu);
    if (gpu !== undefined || /^(GPU \d|Unable)/.test(line)) parent = gpu;
    if (profile !== undefined && uuid !== undefined && parent !== undefined) instances.push({ uuid, profile, parent });
    else if (gpu === undefined) others.push(line);
  }
  return { gpus, instances, others };
};

/** `1g.10gb`, `1c.3g.20gb`, `1g.10gb+me`: what the name says, since nothing else does. It is a little less in truth. */
export const memoryOfProfile = (profile: string): number => Number(/(\d+)gb/.exec(profile)?.[1] ?? 0) * 2 ** 30;

/**
 * Of `--query-compute-apps=gpu_uuid,pid,process_name,used_memory`: what computes, by device, in a few words. null where a row is not as
 * expected, since its device is then not known to be free; lines about GPUs that are lost are passed over.
 */
export const parseComputeApps = (text: string): Map<string, string> | null => {
  const users = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    if (isWarning(line) || isComplaint(line)) continue;
    const [, uuid = '', pid = '', name = ''] = /^((?:GPU|MIG)-\S+), (\d+), (.*), [^,]*$/.exec(line) ?? [];
    if (uuid === '') return null;
    users.set(uuid, [...(users.get(uuid) ?? []), userOf(name, pid)]);
  }
  return new Map([...users].map(([uuid, all]) => [uuid, inFewWords(all)]));
};

/** Words that take nothing away from the rows beside them: `WARNING: infoROM is corrupted at gpu 0000:3B:00.0`. */
export const isWarning = (line: string): boolean => /^warning\b/i.test(line);

const isComplaint = (line: string): boolean => /^(Unable to determine|\[(GPU is lost|Unknown Error)\])/.test(line);

/** `python (pid 4242)`; what may not see a name is told `[Not Found]` or the like. */
export const userOf = (name: string, pid: string): string => {
  const base = name.startsWith('[') ? '' : (name.split(' ')[0]?.split(/[\\/]/).at(-1) ?? '');
  return base === '' || base === '-' ? `a process (pid ${pid})` : `${base} (pid ${pid})`;
};

export const inFewWords = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} and ${others.length} more`;

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
