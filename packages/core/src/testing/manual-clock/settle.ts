// Taken at load, so that a test runner's fake timers do not reach them.
const { setImmediate } = globalThis;

/** Two turns of the event loop: everything that needs neither time nor I/O has run, also what yielded once. */
export async function settle(): Promise<void> {
  await turn();
  await turn();
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
