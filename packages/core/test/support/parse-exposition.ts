export interface Family {
  name: string;
  help: string;
  type: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

/** Reads the Prometheus text format 0.0.4 by its rules, and throws at the first line that breaks one. */
export const parseExposition = (text: string): Family[] => {
  if (text !== '' && !text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | null = null;
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const broken = (rule: string): Error => new Error(`Line ${index + 1}, ${JSON.stringify(line)}: ${rule}.`);
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (help) {
      const [, name = '', words = ''] = help;
      if (families.has(name)) throw broken('a second HELP');
      if (!/^(?:[^\\]|\\[\\n])*$/.test(words)) throw broken('an escape that there is not');
      current = { name, help: words, type: '', samples: [] };
      families.set(name, current);
    } else if (type) {
      if (current?.name !== type[1] || current?.type !== '' || !current) throw broken('TYPE does not follow its HELP');
      current.type = type[2] ?? '';
    } else {
      if (!current || current.type === '') throw broken('a sample before its TYPE');
      const sample = sampleOf(line, broken);
      const base = current.type === 'histogram' ? sample.name.replace(/_(bucket|sum|count)$/, '') : sample.name;
      if (base !== current.name) throw broken('a sample of another family');
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(key)) throw broken('a series for the second time');
      seen.add(key);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return [...families.values()];
};

const sampleOf = (line: string, broken: (rule: string) => Error): Family['samples'][number] => {
  const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (!parts) throw broken('no sample');
  const [, name = '', inside, value = ''] = parts;
  if (!/^([+-]?Inf|NaN|[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)$/.test(value)) throw broken('no number');
  const labels: Record<string, string> = {};
  let rest = inside ?? '';
  while (rest !== '') {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,(?=.)|$)/.exec(rest);
    if (!pair) throw broken('labels that cannot be read');
    const [whole, label = '', quoted = ''] = pair;
    if (label in labels || label.startsWith('__')) throw broken('a label for the second time, or one that is reserved');
    labels[label] = quoted.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
};

const checkFamily = ({ name, type, samples }: Family): void => {
  if (samples.length === 0) throw new Error(`${name} has no samples.`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter without _total.`);
  if (type !== 'gauge' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts down.`);
  if (type !== 'histogram') return;
  const series = new Map<string, Map<string, number>>();
  for (const { name: part, labels, value } of samples) {
    const { le, ...others } = labels;
    const own = series.get(JSON.stringify(others)) ?? new Map<string, number>();
    series.set(JSON.stringify(others), own.set(le ?? part.slice(name.length), value));
  }
  for (const own of series.values()) {
    const bounds = [...own]
      .filter(([bound]) => !bound.startsWith('_'))
      .map(([bound, value]) => [Number(bound.replace('Inf', 'Infinity')), value] as const);
    const isRising = bounds.every(
      ([bound, value], i) => i === 0 || (bound > (bounds[i - 1]?.[0] ?? 0) && value >= (bounds[i - 1]?.[1] ?? 0)),
    );
    if (!isRising || own.get('+Inf') !== own.get('_count') || !own.has('_sum'))
      throw new Error(`${name} has buckets that do not add up.`);
  }
};
