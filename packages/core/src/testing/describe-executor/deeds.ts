/** What the suite wants a job to do. Each executor is told how in its own way; those that run shells take `shellDeed`. */
export type Deed =
  /** Prints the text and ends with the code (0). */
  | { does: 'print'; text: string; code?: number }
  /** Prints `waiting` and a newline, then runs until it is told to end. */
  | { does: 'wait' }
  /** The same; told to end, it prints `leaving` and a newline and ends with code 5. */
  | { does: 'leave' }
  /** The same; told to end, it goes on. */
  | { does: 'persist' }
  /** Starts children that wait, one of them in a session of its own, ignoring TERM and outliving its parent; then as `wait`. */
  | { does: 'spawn' }
  /** As `spawn`, but then ends at once with code 0. */
  | { does: 'abandon' }
  /** Is ended by that signal. */
  | { does: 'die'; signal: 'KILL' | 'TERM' | 'SEGV' }
  /** Prints its environment, `NAME=value` on a line each. */
  | { does: 'environment' }
  /** Prints the file. */
  | { does: 'read'; path: string };

/** A deed as a command for `sh -c`. */
export const shellDeed = (deed: Deed): string => {
  switch (deed.does) {
    case 'print':
      return `printf %s ${quoted(deed.text)}; exit ${deed.code ?? 0}`;
    case 'wait':
      return `echo waiting; ${forever}`;
    case 'leave':
      return `trap 'echo leaving; exit 5' TERM; echo waiting; sleep 1000 & wait`;
    case 'persist':
      return `trap '' TERM; echo waiting; ${forever}`;
    case 'spawn':
      return `${children}; echo waiting; ${forever}`;
    case 'abandon':
      return `${children}; echo waiting`;
    case 'die':
      return `kill -${deed.signal} $$; ${forever}`;
    case 'environment':
      return 'env';
    case 'read':
      return `cat ${quoted(deed.path)}`;
  }
};

const forever = 'while :; do sleep 1; done';
const children = `sleep 1000 & (setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' &)`;
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
