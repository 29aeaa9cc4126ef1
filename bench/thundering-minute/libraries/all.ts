import type { Contender } from '../contender.ts';
import { runyard } from './runyard.ts';

export const contenders = { runyard } satisfies Record<string, Contender>;
