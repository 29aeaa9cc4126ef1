import type { Facts } from '../facts.ts';
import type { World } from '../world.ts';

/** One promise. Returns what breaks it, a sentence each. Written from DESIGN, not from the code. */
export type Check = (world: World, facts: Facts) => string[] | Promise<string[]>;

/** The run that an attempt's key belongs to. */
export const runOf = (key: string): string => key.slice(0, key.lastIndexOf('.'));
