import type { KubeObject } from '../cluster.ts';
import { type Part, type Score, scoreOf } from './score.ts';

/** Which recording a Job is to play, and which of its Jobs. */
export interface Choice {
  score: Score;
  /** From 0. */
  index: number;
}

/** @param scenario `02`, `02-exit-7`, or `08#2` for the second Job of a recording */
export function choose(scenario: string): Choice {
  const [name = '', number = '1'] = scenario.split('#');
  const score = scoreOf(name);
  const index = Number(number) - 1;
  if (score.scenario.plays === 'answers') throw new Error(`The recording ${score.name} has nothing to play.`);
  if (score.scenario.plays === 'run' && !score.parts[index]) {
    throw new Error(`The recording ${score.name} has ${score.parts.length} Jobs, and no ${number}.`);
  }
  return { score, index };
}

export function partOf({ score, index }: Choice): Part {
  const part = score.parts[index];
  if (!part) throw new Error(`The recording ${score.name} creates no Job.`);
  return part;
}

/** By its image: `lab.local/<scenario>:<which Job of it>`. */
export function scenarioOfImage(job: KubeObject): string | null {
  const containers: { name: string; image: string }[] = job.spec?.template?.spec?.containers ?? [];
  const image = (containers.find(({ name }) => name === 'job') ?? containers[0])?.image ?? '';
  const [, name, number] = /^lab\.local\/([-\w]+):(\d+)$/.exec(image) ?? [];
  return name && number ? `${name}#${number}` : null;
}
