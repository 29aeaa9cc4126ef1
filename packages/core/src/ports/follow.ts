import { noLonger } from './no-longer.ts';

/** A signal that aborts with the first of others, until it is ended. */
export interface Following {
  readonly signal: AbortSignal;
  /** Aborts it too, with `noLonger` unless another reason is given, and lets go of the others. */
  end(reason?: unknown): void;
}

/**
 * `AbortSignal.any` with an end. That one has none: it holds all that it hears of by weak references, which only a full
 * collection clears, so that each ended wait would stay in memory until then.
 */
export const follow = (...others: readonly AbortSignal[]): Following => {
  const controller = new AbortController();
  const end = (reason: unknown = noLonger): void => {
    for (const other of others) other.removeEventListener('abort', heard);
    controller.abort(reason);
  };
  const heard = ({ target }: Event): void => end((target as AbortSignal).reason);
  for (const other of others) {
    if (other.aborted) {
      end(other.reason);
      break;
    }
    other.addEventListener('abort', heard);
  }
  return { signal: controller.signal, end };
};
