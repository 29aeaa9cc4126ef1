import { isTerminal } from '../../packages/core/src/domain/run/run.ts';
import { boot, describe } from './instance.ts';
import { type Instance, note, type World } from './world.ts';

const minute = 60_000;

/**
 * The world is well again, and everybody gets the time that they need: schedules are taken away, what hangs is cancelled.
 * From then on every promise has to be kept. Returns the wall clock of the moment in which the last schedule went.
 */
export const settleDown = async (world: World): Promise<number> => {
  const { clock, faults, wide, narrow, instances } = world;
  note(world, 'the world is well again');
  Object.assign(faults, { refuse: 0, loseAnswer: 0, failReads: 0, slowMs: 0 });
  wide.comeBack();
  narrow.comeBack();
  for (const { life } of instances) life.thaw();
  await clock.advance(minute);
  await everyRunIsCaredFor(world);
  await replaceAll(world);
  const last = boot(world, { mayResume: false });
  await clock.advance(minute);
  const until = await unschedule(world, last);
  for (let n = 0; n < 30 && (await activeRuns(world)).length > 0; n++) await clock.advance(minute);
  for (const id of await activeRuns(world)) await asked(world, `cancels ${id}`, last.runyard?.runs.cancel(id));
  for (let n = 0; n < 30 && (await activeRuns(world)).length > 0; n++) await clock.advance(minute);
  await replaceAll(world);
  const sweeper = boot(world, { mayResume: false });
  await clock.advance(2 * minute);
  await end(world, sweeper);
  return until;
};

// Before anybody is replaced: a run that its process has forgotten would be found by the next.
const everyRunIsCaredFor = async (world: World): Promise<void> => {
  const { clock, instances, store, forgotten, profile } = world;
  if (profile.clockJumps || instances.every(({ life }) => life.dead)) return;
  const page = await store.jobs({ limit: 1000 });
  const living = instances.find(({ life, runyard, closing }) => !life.dead && runyard && !closing);
  if (!living) return;
  for (const { id } of page.items) await asked(world, `pauses ${id}`, living.runyard?.jobs.pause(id));
  const active = new Set(await activeRuns(world));
  for (const id of active) await asked(world, `cancels ${id}`, living.runyard?.runs.cancel(id));
  await clock.advance(3 * minute);
  if (!living.life.dead) for (const id of await activeRuns(world)) if (active.has(id)) forgotten.push(id);
};

const replaceAll = async (world: World): Promise<void> => {
  for (const instance of [...world.instances]) await end(world, instance);
  world.instances.length = 0;
};

const end = async (world: World, instance: Instance): Promise<void> => {
  const { life, runyard } = instance;
  if (!life.dead && runyard) {
    instance.closing ??= runyard.close();
    for (let n = 0; n < 40 && !life.dead && (await isOpen(instance.closing)); n++) await world.clock.advance(5_000);
    if (!life.dead && (await isOpen(instance.closing))) world.problems.push(`${instance.name} did not close in 200 s`);
  }
  life.die();
};

const isOpen = async (promise: Promise<unknown>): Promise<boolean> => {
  const open = Symbol();
  return (await Promise.race([promise, Promise.resolve(open)])) === open;
};

const unschedule = async (world: World, { runyard }: Instance): Promise<number> => {
  let until = world.clock.now();
  const page = await world.store.jobs({ limit: 1000 });
  for (const { id } of page.items) {
    until = world.clock.now();
    await asked(world, `unschedules ${id}`, runyard?.jobs.update(id, { schedule: null }));
  }
  return until;
};

const asked = async (world: World, what: string, answer: Promise<unknown> | undefined): Promise<void> => {
  let settled = false;
  const done = Promise.resolve(answer).then(
    () => {
      settled = true;
    },
    (error: unknown) => {
      settled = true;
      // It may have ended meanwhile.
      if (!describe(error).includes('run-ended')) world.problems.push(`${what}: ${describe(error)}`);
    },
  );
  for (let n = 0; n < 30 && !settled; n++) await world.clock.advance(1000);
  if (!settled) world.problems.push(`${what}: no answer in 30 s of a well world`);
  else await done;
};

const activeRuns = async ({ store }: World): Promise<string[]> => {
  const { items } = await store.runs({ states: ['queued', 'starting', 'running', 'stopping'], limit: 1000 });
  return items.filter(({ state }) => !isTerminal(state)).map(({ id }) => id);
};
