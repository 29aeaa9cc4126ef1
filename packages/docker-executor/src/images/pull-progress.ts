import type { EngineLine } from './engine-lines.ts';

/** Adds up what the engine tells of each layer; `null` before it told of one. */
export const newPullProgress = (): { heard(line: EngineLine): void; sentence(): string | null } => {
  const layers = new Map<string, Layer>();
  return {
    heard({ id, status, progressDetail }) {
      if (id === undefined || status === undefined) return;
      const known = layers.get(id);
      // The first line carries an id too, which is the tag.
      if (!known && !/^(Pulling fs layer|Waiting|Already exists|Downloading)$/.test(status)) return;
      const layer = known ?? { done: false, current: 0, total: 0 };
      layers.set(id, layer);
      if (status === 'Downloading') {
        layer.current = progressDetail?.current ?? layer.current;
        layer.total = progressDetail?.total ?? layer.total;
      } else if (/^(Verifying Checksum|Download complete)$/.test(status)) layer.current = layer.total;
      else if (/^(Pull complete|Already exists)$/.test(status)) layer.done = true;
    },
    sentence() {
      if (layers.size === 0) return null;
      const all = [...layers.values()];
      const done = all.filter((layer) => layer.done).length;
      const [current, total] = [sum(all, 'current'), sum(all, 'total')];
      return `${done} of ${all.length} layers${total > 0 ? `, ${megabytes(current)} of ${megabytes(total)} MB` : ''}`;
    },
  };
};

interface Layer {
  done: boolean;
  current: number;
  total: number;
}

const sum = (layers: readonly Layer[], field: 'current' | 'total'): number =>
  layers.reduce((total, layer) => total + layer[field], 0);

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
