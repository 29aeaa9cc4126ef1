// How many seconds each suite may take in its short form, its files added up; 30 minutes in all when the project is
// complete. A file belongs to the longest path that it starts with; a file under none has no budget and is refused.
export const budgets: Record<string, number> = {
  'packages/core/src': 10,
  'packages/core/test': 180,
  'packages/express-router': 20,
  'packages/nest-module': 20,
  'packages/docker-executor': 280,
  'packages/postgres-store': 150,
  'test/lint': 20,
  'test/package': 40,
  'test/reporters': 10,
  'test/scripts': 20,
  'test/setup': 30,
  'test/crash': 280, // a minute of random deaths, and a death at each checkpoint, on each store
  'test/docker': 100, // an engine is restarted in four ways while 20 containers run
  'test/gpus': 100, // random requests for devices, from hosts that are killed
  'test/docs': 40,
  'test/faults': 40,
  'test/simulation': 260, // 500 seeds, and a search for each planted fault
  'test/examples': 120, // the quickstart waits for a minute to begin
  'examples/custom-executor': 50,
  'test/': 30,
};
