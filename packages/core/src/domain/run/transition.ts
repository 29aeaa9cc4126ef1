import { isTerminal, type Run, type RunState } from './run.ts';

/** The steps of a run that its lease's holder makes. Endings are in `settle`. */
export type RunStep =
  | { kind: 'admit'; instance: string; place: string }
  | { kind: 'run'; at: number }
  | { kind: 'stop' }
  /** What it waits for, in the words of its place; null: nothing any more. */
  | { kind: 'explain'; sentence: string | null }
  /** Its place does not answer. */
  | { kind: 'silence'; sentence: string; at: number };

const allowed: Record<RunStep['kind'], readonly RunState[]> = {
  admit: ['queued'],
  run: ['starting'],
  stop: ['starting', 'running'],
  explain: ['queued', 'starting', 'running', 'stopping'],
  silence: ['starting', 'running', 'stopping'],
};

/** The run after a step; null where the step does not apply to its state, which is then left as it is. */
export const transition = (run: Run, step: RunStep): Run | null => {
  if (isTerminal(run.state) || !allowed[step.kind].includes(run.state)) return null;
  switch (step.kind) {
    case 'admit':
      return {
        ...run,
        state: 'starting',
        sentence: null,
        waitsSince: null,
        silentSince: null,
        place: step.place,
        attempt: run.attempt + 1,
        leaseInstance: step.instance,
        leaseEpoch: run.leaseEpoch + 1,
      };
    case 'run':
      return {
        ...run,
        state: 'running',
        sentence: null,
        silentSince: null,
        startedAt: run.startedAt ?? step.at,
        startBy: null,
      };
    case 'stop':
      return { ...run, state: 'stopping' };
    case 'explain':
      return { ...run, sentence: step.sentence, silentSince: null };
    case 'silence':
      return { ...run, sentence: step.sentence, silentSince: run.silentSince ?? step.at };
  }
};
