// Taken at load, so that a test runner's fake timers do not reach them.
const { setTimeout, clearTimeout } = globalThis;

interface StuckOptions {
  afterRealMs: number;
  /** How often the clock was moved so far. */
  moves(): number;
  describe(): string;
}

/** The promise itself, or a rejection that explains once it stayed open so long and the clock was not moved. */
export async function orStuck<T>(promise: Promise<T>, options: StuckOptions): Promise<T> {
  const watch = Promise.withResolvers<never>();
  let seen = options.moves();
  const look = (): void => {
    if (seen === options.moves()) watch.reject(stuck(options));
    else timer = setTimeout(look, options.afterRealMs);
    seen = options.moves();
  };
  let timer = setTimeout(look, options.afterRealMs);
  try {
    return await Promise.race([promise, watch.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const stuck = ({ afterRealMs, describe }: StuckOptions): Error =>
  new Error(`Waited ${afterRealMs} real ms while the manual clock stood still. ${describe()}`);
