/** What was read while nothing was being written: as long as nothing is, it is still so. */
export interface KnownReads {
  /** The answer to what was asked already, or what `ask` gives. `key` tells one question from all others. */
  read(key: string, ask: () => Promise<unknown>): Promise<unknown>;
  /** From when `act` is called until it has settled, nothing is known. */
  write<T>(act: () => Promise<T>): Promise<T>;
}

const mostReads = 500;
const mostText = 2 ** 20;

/**
 * The store has one writer, and no other process may write: between two commits every read gives the same, and those who ask for a job or whose a token
 * is again and again need not ask the thread. What a commit changes may be seen before it is answered, so while one is on its way everybody asks.
 */
export const newKnownReads = (): KnownReads => {
  const known = new Map<string, Promise<unknown>>();
  let text = 0;
  let writing = 0;

  const forget = (): void => {
    known.clear();
    text = 0;
  };

  const keep = (key: string, asked: Promise<unknown>): void => {
    if (known.size >= mostReads) forget();
    known.set(key, asked);
    asked.then(
      (wire) => {
        if (known.get(key) !== asked) return;
        text += key.length + textIn(wire);
        if (text > mostText) forget();
      },
      () => {
        if (known.get(key) === asked) known.delete(key);
      },
    );
  };

  return {
    read(key, ask) {
      const before = known.get(key);
      if (before) return nextTurn().then(() => before);
      const asked = ask();
      if (writing === 0) keep(key, asked);
      return asked;
    },
    async write(act) {
      writing++;
      forget();
      try {
        return await act();
      } finally {
        writing--;
      }
    },
  };
};

// Whoever asks in a loop until something has happened would else keep the host from everything by which it can happen.
let turn: Promise<void> | undefined;
const nextTurn = (): Promise<void> => {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
};

// Rows are lists, and all that is long in them is text.
const textIn = (wire: unknown): number => {
  if (typeof wire === 'string') return wire.length;
  if (Array.isArray(wire)) return wire.reduce((sum: number, part) => sum + textIn(part), 0);
  return typeof wire === 'object' && wire !== null ? textIn(Object.values(wire)) : 0;
};
