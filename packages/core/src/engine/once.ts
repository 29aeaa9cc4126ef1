/** Something that happens once. There may be tens of thousands of these a second: it costs nothing while no one waits for it. */
export interface Once {
  readonly happened: boolean;
  happen(): void;
  /** Calls back when it happens, at once where it has. What it returns takes that back. */
  on(listener: () => void): () => void;
}

export const newOnce = (): Once => {
  let happened = false;
  let listeners: Set<() => void> | null = null;
  return {
    get happened() {
      return happened;
    },
    happen() {
      if (happened) return;
      happened = true;
      const told = listeners;
      listeners = null;
      for (const listener of told ?? []) listener();
    },
    on(listener) {
      if (happened) listener();
      else listeners = (listeners ?? new Set()).add(listener);
      return () => void listeners?.delete(listener);
    },
  };
};
