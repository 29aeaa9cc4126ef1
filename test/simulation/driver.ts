import { actions } from './actions.ts';
import { boot } from './instance.ts';
import { note, type World } from './world.ts';

/** Does `steps` random things, with random time in between. */
export const drive = async (world: World, steps: number): Promise<void> => {
  const { random, profile, clock } = world;
  for (let n = 0; n < profile.instances; n++) boot(world);
  await clock.advance(100);
  const possible = actions.filter(({ when }) => when(profile)).map((action) => [action.weight, action] as const);
  for (let step = 0; step < steps; step++) {
    random.weighted(possible).act(world);
    await clock.advance(pause(world));
    rebootDead(world);
  }
};

// Mostly short, so that things happen at once; now and then long enough for schedules, leases and sweeps.
const pause = ({ random }: World): number =>
  random.weighted([
    [5, 0],
    [8, random.int(1, 1_000)],
    [8, random.int(1_000, 15_000)],
    [3, random.int(15_000, 60_000)],
    [0.3, random.int(60_000, 900_000)],
  ]);

// A supervisor starts a process again that died, but not always at once.
const rebootDead = (world: World): void => {
  const { instances, random, profile } = world;
  for (const dead of instances.filter(({ life }) => life.dead)) {
    if (!random.chance(0.3)) continue;
    instances.splice(instances.indexOf(dead), 1);
    if (instances.length < profile.instances) boot(world);
    else note(world, `${dead.name} is not replaced`);
  }
};
