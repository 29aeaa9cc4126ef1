// How many seconds each suite may take in its short form, its files added up; an hour in all, since two files run at a time and CI ends after half
// of one. Beside another file each takes about half as long again as alone. A file belongs to the longest path that it starts with; a file under none has no budget and is refused.
export const budgets: Record<string, number> = {
  'packages/core/src': 10,
  'packages/core/test': 560,
  'packages/express-router': 30,
  'packages/nest-module': 140,
  'packages/docker-executor': 400,
  'packages/k8s-executor': 250, // every recording over HTTP, a thousand runs under faults, and the port's rules on pods that run
  'packages/postgres-store': 270, // every rule of a store on a real server, and people whom two hosts change at once
  'test/lint': 20,
  'test/package': 80,
  'test/reporters': 10,
  'test/scripts': 20,
  'test/setup': 30,
  'test/crash': 340, // a minute of random deaths, and a death at each checkpoint, on each store
  'test/docker': 120, // an engine is restarted in four ways while 20 containers run
  'test/k8s': 100, // the stand-ins for a cluster against what was recorded
  'test/k8s-runs': 160, // hosts that are killed while pods run
  'test/secrets': 40, // jobs that say their secrets in every way, and a search for them
  'test/gpus': 110, // random requests for devices, from hosts that are killed
  'test/docs': 80,
  'test/faults': 50,
  'test/simulation': 400, // 500 seeds, and a search for each planted fault
  'test/examples': 230, // the quickstart waits for a minute to begin
  'examples/custom-executor': 50,
  'test/': 30,
};
