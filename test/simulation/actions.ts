import { isRunyardError } from '../../packages/core/src/domain/errors.ts';
import type { Run } from '../../packages/core/src/domain/run/run.ts';
import type { Runyard } from '../../packages/core/src/services/runyard.ts';
import { knownJobs } from './history.ts';
import { describe } from './instance.ts';
import { randomJob, randomPatch } from './random-job.ts';
import { type Instance, note, type Profile, type World } from './world.ts';

/** Something that may happen. Nothing is awaited: what was asked goes on while the next things happen. */
export interface Action {
  weight: number;
  when(profile: Profile): boolean;
  act(world: World): void;
}

const always = (): boolean => true;
const maxJobs = 6;

export const actions: readonly Action[] = [
  { weight: 4, when: always, act: createJob },
  { weight: 14, when: always, act: startRun },
  { weight: 5, when: always, act: cancelRun },
  { weight: 1.5, when: ({ forsakes }) => forsakes, act: abandonRun },
  { weight: 2, when: ({ forsakes }) => forsakes, act: abandonGpuRun },
  { weight: 4, when: always, act: editJob },
  { weight: 6, when: always, act: pauseOrResume },
  { weight: 0.7, when: always, act: removeJob },
  { weight: 8, when: always, act: () => {} },
  { weight: 7, when: ({ kills }) => kills, act: killSomewhere },
  { weight: 2, when: ({ closes }) => closes, act: closeGracefully },
  { weight: 4, when: ({ freezes }) => freezes, act: freezeOrThaw },
  { weight: 5, when: ({ storeFaults }) => storeFaults, act: breakStore },
  { weight: 4, when: ({ outages }) => outages, act: breakEngine },
  { weight: 1.5, when: ({ clockJumps }) => clockJumps, act: jumpClock },
];

function createJob(world: World): void {
  const name = `job-${world.random.int(1, maxJobs)}`;
  ask(world, `creates ${name}`, (runyard) =>
    runyard.jobs.create(randomJob(world.random, name, world.profile.forsakes)),
  );
}

function startRun(world: World): void {
  const { random, history, clock } = world;
  const jobId = someJob(world);
  if (jobId === null) return;
  const key = random.chance(0.2) ? `key-${random.int(1, 3)}` : null;
  const policy = random.chance(0.1) ? random.pick(['Allow', 'Forbid', 'Replace'] as const) : undefined;
  ask(world, `starts ${jobId.slice(0, 6)}`, async (runyard) => {
    const options = { ...(key !== null && { idempotencyKey: key }), ...(policy && { concurrencyPolicy: policy }) };
    const run = await runyard.jobs.start(jobId, options);
    history.accepted.push({ run, jobId, key, mono: clock.monotonic(), wall: clock.now() });
    return run;
  });
}

function cancelRun(world: World): void {
  const id = someActiveRun(world);
  if (id !== null) ask(world, `cancels ${id.slice(0, 6)}`, (runyard) => runyard.runs.cancel(id));
}

function abandonRun(world: World): void {
  const id = someActiveRun(world);
  if (id !== null) ask(world, `abandons ${id.slice(0, 6)}`, (runyard) => runyard.runs.abandon(id));
}

// While it runs on a device that others wait for.
function abandonGpuRun(world: World): void {
  const id = someActiveRun(world, (run) => run.executor === 'narrow' && run.size.startsWith('gpu'));
  if (id !== null) ask(world, `abandons ${id.slice(0, 6)}`, (runyard) => runyard.runs.abandon(id));
}

function editJob(world: World): void {
  const id = someJob(world);
  const patch = randomPatch(world.random, !world.profile.clockJumps);
  if (id !== null)
    ask(world, `edits ${id.slice(0, 6)} ${JSON.stringify(patch)}`, (runyard) => runyard.jobs.update(id, patch));
}

function pauseOrResume(world: World): void {
  const id = someJob(world);
  if (id === null) return;
  const verb = world.random.pick(['pause', 'resume'] as const);
  ask(world, `${verb}s ${id.slice(0, 6)}`, (runyard) => runyard.jobs[verb](id));
}

function removeJob(world: World): void {
  const id = someJob(world);
  const allowActive = world.random.chance(0.5);
  if (id !== null) ask(world, `removes ${id.slice(0, 6)}`, (runyard) => runyard.jobs.remove(id, { allowActive }));
}

function killSomewhere(world: World): void {
  const instance = someLiving(world);
  if (!instance) return;
  const crossings = world.random.weighted([
    [3, world.random.int(1, 6)],
    [3, world.random.int(1, 40)],
    [1, world.random.int(1, 300)],
  ]);
  note(world, `${instance.name} will be killed in ${crossings} crossings`);
  instance.life.dieIn(crossings);
}

function closeGracefully(world: World): void {
  const instance = someLiving(world);
  if (!instance?.runyard || instance.closing) return;
  const drain = world.random.chance(0.3) ? { drain: true, timeoutMs: 20_000 } : {};
  note(world, `${instance.name} closes ${JSON.stringify(drain)}`);
  instance.closing = instance.runyard.close(drain).then(
    () => {
      note(world, `${instance.name} has closed`);
      instance.life.die();
    },
    (error: unknown) => {
      world.problems.push(`${instance.name} could not close: ${describe(error)}`);
      instance.life.die();
    },
  );
}

function freezeOrThaw(world: World): void {
  const { instances, random } = world;
  const instance = random.pick(instances);
  if (!instance || instance.life.dead) return;
  note(world, `${instance.name} is ${instance.life.frozen ? 'thawed' : 'frozen'}`);
  if (instance.life.frozen) instance.life.thaw();
  else instance.life.freeze();
}

function breakStore(world: World): void {
  const { faults, random } = world;
  random.weighted([
    [3, () => Object.assign(faults, { refuse: random.int(1, 4) })],
    [3, () => Object.assign(faults, { loseAnswer: random.int(1, 3) })],
    [2, () => Object.assign(faults, { failReads: random.int(1, 10) })],
    [1, () => Object.assign(faults, { slowMs: random.int(1, 3_000) })],
    [3, () => Object.assign(faults, { slowMs: 0 })],
  ])();
  note(world, `the store has ${JSON.stringify(faults)}`);
}

function breakEngine(world: World): void {
  const engine = world.random.pick([world.wide, world.narrow]);
  const back = world.random.chance(0.6);
  note(world, `${engine.place} ${back ? 'comes back' : 'goes away'}`);
  if (back) engine.comeBack();
  else engine.goAway();
}

function jumpClock(world: World): void {
  const { clock, random, history } = world;
  const by = random.weighted([
    [1, random.int(-50_000, 50_000)],
    [2, random.int(-1_200_000, -70_000)],
    [2, random.int(70_000, 3_600_000)],
  ]);
  clock.set(clock.now() + by);
  history.clock.push({ mono: clock.monotonic(), offset: clock.now() - clock.monotonic() });
  note(world, `the clock is set by ${by} ms`);
}

// Somebody asks some process for something; the answer comes when it comes, or never.
const ask = (world: World, what: string, act: (runyard: Runyard) => Promise<unknown>): void => {
  const instance = someLiving(world);
  if (!instance?.runyard || instance.closing) return;
  note(world, `${instance.name} ${what}`);
  act(instance.runyard).then(
    () => note(world, `${instance.name} did: ${what}`),
    (error: unknown) => {
      note(world, `${instance.name} refused: ${what}: ${describe(error)}`);
      if (!isRunyardError(error) || !expected.includes(error.code))
        world.problems.push(`${instance.name} ${what}: ${describe(error)}`);
    },
  );
};

const expected = [
  'forbidden-overlap',
  'name-in-use',
  'run-ended',
  'job-active',
  'job-not-found',
  'run-not-found',
  'edit-conflict',
  'store-unavailable',
  'closed',
];

const someLiving = ({ instances, random }: World): Instance | undefined => {
  const living = instances.filter(({ life }) => !life.dead);
  return living.length === 0 ? undefined : random.pick(living);
};

const someJob = ({ history, random }: World): string | null => {
  const ids = knownJobs(history);
  return ids.length === 0 ? null : random.pick(ids);
};

const someActiveRun = ({ history, random }: World, only: (run: Run) => boolean = () => true): string | null => {
  const ids = new Set<string>();
  for (const { batch } of history.commits)
    for (const change of batch) {
      if (change.kind === 'run.insert' && change.run.state === 'queued' && only(change.run)) ids.add(change.run.id);
      if (change.kind === 'run.write' && change.run.endedAt !== null) ids.delete(change.run.id);
    }
  return ids.size === 0 ? null : random.pick([...ids]);
};
