import { controllerOf, type Pod } from '../shared/objects.ts';
import type { Stage } from '../shared/stage.ts';

/** Those that the Job with that uid controls, whether it is still there or not. */
export const podsOf = (stage: Stage, uid: string): Pod[] => stage.pods().filter((pod) => controllerOf(pod) === uid);
