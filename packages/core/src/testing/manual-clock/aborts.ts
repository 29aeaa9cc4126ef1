/** Calls back when a signal aborts: one listener for each signal, since a signal walks through all of its own to add one more. */
export class Aborts<T> {
  readonly #waiting = new Map<AbortSignal, Set<T>>();
  readonly #onAbort: (item: T, reason: unknown) => void;

  constructor(onAbort: (item: T, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  watch(signal: AbortSignal, item: T): void {
    const known = this.#waiting.get(signal);
    if (known !== undefined) known.add(item);
    else {
      this.#waiting.set(signal, new Set([item]));
      signal.addEventListener('abort', this, { once: true });
    }
  }

  forget(signal: AbortSignal, item: T): void {
    const known = this.#waiting.get(signal);
    if (known?.delete(item) !== true || known.size > 0) return;
    this.#waiting.delete(signal);
    signal.removeEventListener('abort', this);
  }

  handleEvent({ target }: Event): void {
    const signal = target as AbortSignal;
    const items = this.#waiting.get(signal) ?? [];
    this.#waiting.delete(signal);
    for (const item of items) this.#onAbort(item, signal.reason);
  }
}
