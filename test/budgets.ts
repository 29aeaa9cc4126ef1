// How many seconds each suite may take in its short form, its files added up; 40 minutes in all. On two
// cores one file runs at a time, and all together took 24 minutes: CI ends at 30, so that not every suite can use up its budget. A file belongs to the longest path that it starts with; a file under none has no budget and is refused.
export const budgets: Record<string, number> = {
  'packages/core/src': 10,
  'packages/core/test': 340,
  'packages/express-router': 20,
  'packages/nest-module': 20,
  'packages/docker-executor': 300,
  'packages/k8s-executor': 190, // every recording over HTTP, a thousand runs under faults, and the port's rules on pods that run
  'packages/postgres-store': 175, // every rule of a store on a real server, and people whom two hosts change at once
  'test/lint': 20,
  'test/package': 40,
  'test/reporters': 10,
  'test/scripts': 20,
  'test/setup': 30,
  'test/crash': 280, // a minute of random deaths, and a death at each checkpoint, on each store
  'test/docker': 100, // an engine is restarted in four ways while 20 containers run
  'test/k8s': 90, // the stand-ins for a cluster against what was recorded
  'test/k8s-runs': 110, // hosts that are killed while pods run
  'test/secrets': 30, // jobs that say their secrets in every way, and a search for them
  'test/gpus': 90, // random requests for devices, from hosts that are killed
  'test/docs': 30,
  'test/faults': 40,
  'test/simulation': 240, // 500 seeds, and a search for each planted fault
  'test/examples': 130, // the quickstart waits for a minute to begin
  'examples/custom-executor': 50,
  'test/': 30,
};
