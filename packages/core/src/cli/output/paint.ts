/** Colours, or none where they are not welcome. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
  faint(text: string): string;
}

export const paintFor = ({ colors }: { colors: boolean }): Paint => {
  const by = (code: number) => (text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: by(32), bad: by(31), busy: by(33), faint: by(2) };
};

/** A state of a run, or the status of a job, in its colour. */
export const paintState = (paint: Paint, state: string): string => {
  if (state === 'succeeded' || state === 'completed') return paint.good(state);
  if (state === 'failed' || state === 'error') return paint.bad(state);
  return ['cancelled', 'skipped', 'stopped'].includes(state) ? paint.faint(state) : paint.busy(state);
};
