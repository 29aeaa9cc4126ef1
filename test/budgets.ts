// How many seconds each suite may take in its short form, its files added up; 30 minutes in all when the project is
// complete. A file belongs to the longest path that it starts with; a file under none has no budget and is refused.
export const budgets: Record<string, number> = {
  'packages/core/src': 60,
  'packages/core/test': 300,
  'packages/express-router': 60,
  'packages/nest-module': 60,
  'packages/docker-executor': 130,
  'packages/postgres-store': 200,
  'test/lint': 20,
  'test/package': 100,
  'test/reporters': 10,
  'test/scripts': 20,
  'test/setup': 30,
  'test/crash': 300, // a minute of random deaths, and a death at each checkpoint, on each store
  'test/docs': 40,
  'test/faults': 40,
  'test/simulation': 180, // 500 seeds, and a search for each planted fault
  'test/examples': 150, // the quickstart waits for a minute to begin
  'examples/custom-executor': 40,
  'test/': 60,
};
