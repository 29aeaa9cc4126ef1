import { posix } from 'node:path';
import type { JobBody } from '../apply/put-job.ts';
import type { Facts, Wishes } from './facts.ts';
import { chosenRef } from './judge/chosen-ref.ts';
import { makePackages } from './make-packages.ts';

/** The job, its fields in the order in which the documentation names them. */
export const makeJob = (facts: Facts, wishes: Wishes): JobBody => {
  const { checkout } = facts;
  const { directory } = checkout;
  const { env, secrets, schedule, command } = wishes;
  const { extraPackages, startScript } = makePackages(facts);
  const locations = Object.entries(secrets);
  return {
    name: wishes.name ?? nameFor(facts, command),
    ...(wishes.owner !== undefined && { owner: wishes.owner }),
    command,
    ...(wishes.executor !== undefined && { executor: wishes.executor }),
    ...(wishes.hardware !== undefined && { hardware: wishes.hardware }),
    ...(wishes.size !== undefined && { instance_size: wishes.size }),
    ...(wishes.image !== undefined && { image_uri: wishes.image }),
    ...(schedule !== undefined && {
      schedule: { cron: schedule.cron, ...(schedule.timezone !== undefined && { timezone: schedule.timezone }) },
    }),
    ...(Object.keys(env).length > 0 && { environment_variables: env }),
    ...(locations.length > 0 && {
      secrets: locations.map(([location, name]) => ({ name, attachment_type: 'environment_variable', location })),
    }),
    ...(startScript !== null && { start_script: startScript }),
    ...(directory !== '' && { working_dir: directory }),
    external_repo_attachments: [repository(facts, wishes)],
    ...(extraPackages !== null && { extra_packages: extraPackages }),
  };
};

const repository = ({ checkout }: Facts, { followBranch, credential }: Wishes): Record<string, unknown> => {
  const chosen = chosenRef(checkout, followBranch);
  return {
    url: checkout.remote?.url ?? '',
    ...(chosen !== null && { ref: chosen.ref, ref_type: chosen.type }),
    ...(credential !== undefined && { credential }),
    ...(checkout.submodules.length > 0 && { submodules: true }),
    ...(checkout.usesLfs && { lfs: true }),
  };
};

// `etl-run`, of `python run.py` in the repository etl.
const nameFor = ({ checkout, trail }: Facts, command: Wishes['command']): string => {
  const repositoryName =
    posix
      .basename(checkout.remote?.url ?? checkout.root)
      .replace(/\.git$/, '')
      .split(':')
      .at(-1) ?? '';
  const program = [...trail.reads].find(([, { how }]) => how === 'program')?.[0];
  const word = program ?? (typeof command === 'string' ? command : command.join(' ')).split(/\s+/)[0] ?? '';
  const script = posix.basename(word).replace(/\.\w+$/, '');
  return (
    [repositoryName, script]
      .join('-')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 100) || 'job'
  );
};
