import { inFewWords, linesOf, userOf } from './nvidia-answers.ts';

/** Where the AMD driver tells its devices, whether or not any of its tools are installed. */
export const kfdFolder = '/sys/class/kfd/kfd/topology/nodes';

/** Where a container may have the devices of its machine, to be looked at. */
export const hostDev = '/host-dev';

/**
 * For `sh -c`: prints each node with its properties, the sizes of its memory, the name on its board, and who holds how much of
 * which one. Exits with 3 where there is no AMD driver.
 */
export const kfdScript = `cd ${kfdFolder} 2>/dev/null || exit 3
dev=/dev
[ ! -d ${hostDev} ] || dev=${hostDev}
for node in *; do
  echo "node $node"
  echo "gpu_id $(cat "$node/gpu_id" 2>/dev/null)"
  cat "$node/properties" || exit 4
  cat "$node"/mem_banks/*/properties 2>/dev/null
  minor=$(sed -n 's/^drm_render_minor //p' "$node/properties")
  echo "groups $(stat -c %g "$dev/kfd" "$dev/dri/renderD$minor" 2>/dev/null | tr '\\n' ' ')"
  echo "product $(cat "/sys/class/drm/renderD$minor/device/product_name" 2>/dev/null)"
done
for file in /sys/class/kfd/kfd/proc/*/vram_*; do
  [ -e "$file" ] || continue
  pid=\${file%/*}
  pid=\${pid##*/}
  echo "user \${file##*vram_} $pid $(cat "$file" 2>/dev/null) $(cat "/proc/$pid/comm" 2>/dev/null)"
done
exit 0
`;

/** A GPU as the kernel tells it. */
export interface KfdGpu {
  /** 16 hex digits, or null: consumer boards may have none. */
  uniqueId: string | null;
  /** `0000:c1:00.0`. */
  bdf: string;
  renderMinor: number;
  memoryBytes: number;
  /** The numbers of the groups that its device nodes belong to. */
  groups: number[];
  /** Empty where the board does not say. */
  product: string;
  /** `gfx90a`. */
  architecture: string;
  /** Who computes on it, in a few words. */
  users: string | null;
}

/** GPUs in the order in which the runtime numbers them. null where a node is not whole. */
export const parseKfd = (text: string): KfdGpu[] | null => {
  const nodes: Map<string, string[]>[] = [];
  const users = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    const [key = '', ...values] = line.split(' ');
    const value = values.join(' ');
    if (key === 'node') nodes.push(new Map());
    else if (key === 'user') noteUser(users, values);
    else nodes.at(-1)?.set(key, [...(nodes.at(-1)?.get(key) ?? []), value]);
  }
  // The processor is a node too, one that has no SIMD units.
  const gpus = nodes.filter((node) => node.get('simd_count')?.[0] !== '0').map((node) => gpuOf(node, users));
  return gpus.includes(null) ? null : (gpus as KfdGpu[]);
};

const noteUser = (users: Map<string, string[]>, [gpu = '', pid = '', bytes = '', ...name]: readonly string[]): void => {
  if (Number(bytes) > 0) users.set(gpu, [...(users.get(gpu) ?? []), userOf(name.join('_'), pid)]);
};

const gpuOf = (node: ReadonlyMap<string, string[]>, users: ReadonlyMap<string, string[]>): KfdGpu | null => {
  const first = (key: string): string => node.get(key)?.[0] ?? '';
  const [minor, location] = [first('drm_render_minor'), first('location_id')];
  if (!/^\d+$/.test(minor) || !/^\d+$/.test(location)) return null;
  const memory = (node.get('size_in_bytes') ?? []).reduce((sum, bytes) => sum + Number(bytes), 0);
  const by = users.get(first('gpu_id'));
  return {
    uniqueId: uniqueIdOf(first('unique_id')),
    bdf: bdfOf(Number(first('domain') || 0), Number(location)),
    renderMinor: Number(minor),
    memoryBytes: memory || Number(first('local_mem_size') || 0),
    groups: [...new Set(first('groups').split(' ').filter(Boolean).map(Number))],
    product: first('product'),
    architecture: architectureOf(Number(first('gfx_target_version') || 0)),
    users: by ? inFewWords(by) : null,
  };
};

// A decimal number of 64 bits.
const uniqueIdOf = (text: string): string | null =>
  /^[1-9]\d*$/.test(text) ? BigInt(text).toString(16).padStart(16, '0') : null;

const bdfOf = (domain: number, location: number): string =>
  `${hex(domain, 4)}:${hex(location >> 8, 2)}:${hex((location >> 3) & 31, 2)}.${location & 7}`;

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

// 90010 is gfx90a: major, two digits of minor, two of stepping in hex.
const architectureOf = (version: number): string =>
  version === 0
    ? ''
    : `gfx${Math.floor(version / 10_000)}${hex(Math.floor(version / 100) % 100, 1)}${hex(version % 100, 1)}`;
