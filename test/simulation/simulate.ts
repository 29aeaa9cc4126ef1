import { checks } from './checks/all-checks.ts';
import { drive } from './driver.ts';
import { gatherFacts } from './facts.ts';
import { settleDown } from './settle.ts';
import { newWorld, type Profile } from './world.ts';

export interface Simulated {
  seed: number;
  profile: Profile;
  /** What broke a promise, each with the promise's name. */
  violations: string[];
  trace: readonly (() => string)[];
  runs: number;
}

/** One world from its beginning to its end. The same seed gives the same history, to the letter. */
export const simulate = async (seed: number, steps: number): Promise<Simulated> => {
  const world = newWorld(seed);
  const violations: string[] = [];
  try {
    await drive(world, steps);
    await settleDown(world);
    const facts = gatherFacts(world);
    violations.push(...world.problems.map((problem) => `problem: ${problem}`));
    for (const [name, check] of Object.entries(checks))
      violations.push(...(await check(world, facts)).map((sentence) => `${name}: ${sentence}`));
    return { seed, profile: world.profile, violations, trace: world.history.trace, runs: facts.runs.size };
  } catch (error) {
    const told = error instanceof Error ? error.stack : String(error);
    return { seed, profile: world.profile, violations: [`crash: ${told}`], trace: world.history.trace, runs: 0 };
  }
};
