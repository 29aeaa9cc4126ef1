import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding, some } from '../finding.ts';

/** Files of variables that are loaded where they are there: without them a program runs, and lacks what they say. */
export const judgeEnvFiles = ({ uncommitted, trail }: Facts, { env, secrets }: Wishes): Finding[] =>
  [...trail.envFiles].flatMap(([path, names]) => {
    const read = trail.reads.get(path);
    const isMissing = uncommitted.get(path)?.some(({ state }) => state !== 'changed') === true;
    const missing = names.filter((name) => !(name in env) && !(name in secrets));
    if (read?.how !== 'env' || !isMissing || missing.length === 0) return [];
    const by = read.line === null ? read.by : `${read.by}:${read.line}`;
    return [
      finding('env-file', `${by} loads ${path}, which is not in git: the job gets no ${some(missing)} from it.`, {
        todo: '--env NAME=VALUE for each, and --secret NAME for what nobody else may see',
        about: 'environment_variables',
        paths: [path],
      }),
    ];
  });
