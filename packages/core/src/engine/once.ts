/** Something that happens once. There may be tens of thousands of these a second: it costs nothing while no one waits for it. */
export interface Once {
  readonly happened: boolean;
  happen(): void;
  /** Calls back when it happens, at once where it has. What it returns takes that back. */
  on(listener: () => void): () => void;
}

export const newOnce = (): Once => {
  let happened = false;
  let listeners: (() => void)[] = [];
  return {
    get happened() {
      return happened;
    },
    happen() {
      if (happened) return;
      happened = true;
      const told = listeners;
      listeners = [];
      for (const listener of told) listener();
    },
    on(listener) {
      if (happened) listener();
      else listeners.push(listener);
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
  };
};
