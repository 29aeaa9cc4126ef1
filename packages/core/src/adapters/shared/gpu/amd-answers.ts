/** What an AMD tool calls a device, by whatever it knows it: unique id (16 hex digits) and bus address. */
export interface AmdName {
  model: string;
  memoryBytes: number;
  uniqueId: string | null;
  bdf: string | null;
}

/** Of `amd-smi static --asic --bus --vram --json`: a list, since ROCm 7 inside `gpu_data`. null: not understood. */
export const parseAmdSmi = (text: string): AmdName[] | null => {
  const parsed = jsonIn(text);
  const list = Array.isArray(parsed) ? parsed : fieldOf(parsed, 'gpu_data');
  if (!Array.isArray(list)) return null;
  return list.map((gpu) => ({
    model: wordsOf(fieldOf(fieldOf(gpu, 'asic'), 'market_name')),
    memoryBytes: sizeOf(fieldOf(fieldOf(gpu, 'vram'), 'size')),
    uniqueId: idOf(fieldOf(fieldOf(gpu, 'asic'), 'asic_serial')),
    bdf: wordsOf(fieldOf(fieldOf(gpu, 'bus'), 'bdf')).toLowerCase() || null,
  }));
};

/** Of `rocm-smi --showuniqueid --showproductname --showmeminfo vram --showbus --json`. null: not understood. */
export const parseRocmSmi = (text: string): AmdName[] | null => {
  const parsed = jsonIn(text);
  if (typeof parsed !== 'object' || parsed === null) return null;
  const cards = Object.entries(parsed).filter(([name]) => /^card\d+$/.test(name));
  return cards.map(([, card]) => ({
    model:
      wordsOf(fieldOf(card, 'Card Series')) ||
      wordsOf(fieldOf(card, 'Card series')) ||
      wordsOf(fieldOf(card, 'Device Name')),
    memoryBytes: Number(wordsOf(fieldOf(card, 'VRAM Total Memory (B)'))) || 0,
    uniqueId: idOf(fieldOf(card, 'Unique ID')),
    bdf: wordsOf(fieldOf(card, 'PCI Bus')).toLowerCase() || null,
  }));
};

// Both print warnings before it.
const jsonIn = (text: string): unknown => {
  const start = /^[[{]/m.exec(text)?.index ?? -1;
  if (start < 0) return null;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return null;
  }
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const wordsOf = (value: unknown): string =>
  typeof value === 'string' && !/^n\/?a$/i.test(value.trim()) ? value.trim() : '';

const idOf = (value: unknown): string | null => {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(wordsOf(value))?.[1];
  return digits === undefined || /^0+$/.test(digits) ? null : digits.toLowerCase().padStart(16, '0');
};

const units: Record<string, number> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

// `{ "value": 196592, "unit": "MB" }`, and in ROCm 6.0 the text `196592 MB`.
const sizeOf = (size: unknown): number => {
  const [value, unit] = typeof size === 'string' ? size.split(' ') : [fieldOf(size, 'value'), fieldOf(size, 'unit')];
  return (Number(value) || 0) * (units[String(unit)] ?? 0);
};
