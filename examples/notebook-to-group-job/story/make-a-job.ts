import { isSo } from '../stage/as-told.ts';
import { keepAccess } from '../stage/keep-access.ts';
import type { Stage } from '../stage/stage.ts';
import { chapter, tell } from '../stage/tell.ts';
import type { AnnsTokens } from './develop.ts';

const program = '-- node train.mjs';
const wishes = "--schedule '0 2 * * *' --env REGISTRY_URL --secret REGISTRY_TOKEN=registry --credential flat-rents";
const log = ['8 flats: rent =', 'published with the token ***, as ann'];

/** The command becomes a job, once everything that it needs is where a job can find it. */
export const makeAJob = async (stage: Stage, tokens: AnnsTokens): Promise<string> => {
  await bringIntoGit(stage);
  tell(
    'What her shell has set, a job gets only where that is said. She keeps her two tokens where her jobs get them from.',
  );
  await keepAccess(stage, stage.ann, { username: 'ann', ...tokens });
  await create(stage);
  return run(stage);
};

const bringIntoGit = async ({ ann }: Stage): Promise<void> => {
  chapter('3. The command becomes a job, once git has all of it');
  tell('Would it run without her machine? She has forgotten a file.');
  const forgotten = 'error    untracked-file: fit-line.mjs (read by train.mjs) is not in git';
  await ann.types(`runyard clone-as-job ${program}`, { exit: 65, told: [forgotten, 'error    not-pushed'] });
  await ann.types("git add fit-line.mjs && git commit --quiet -m 'Fit a line'");

  tell('Committed is not pushed.');
  await ann.types(`runyard clone-as-job ${program}`, { exit: 65, told: ['error    not-pushed'] });
  await ann.types('git push --quiet --set-upstream origin main');

  tell('Now a job can fetch it. But a branch would move under it.');
  const warned = [
    'warning  follows-branch',
    'warning  no-credential',
    'warning  variable-not-in-job',
    'warning  secret-not-in-job',
  ];
  await ann.types(`runyard clone-as-job --follow-branch ${program}`, { told: warned });
  await ann.types("git tag -a v1.0.0 -m 'The first model' && git push --quiet origin v1.0.0");
};

const create = async ({ registry, ann }: Stage): Promise<void> => {
  tell('Nothing is left to say.');
  const yaml = await ann.types(`runyard clone-as-job ${wishes} ${program}`, { told: ['ref: v1.0.0', 'ref_type: tag'] });
  isSo(!/warning|error/.test(yaml), 'nothing is left to say');
  const created = ['Created job flat-rents-train'];
  await ann.types(`runyard clone-as-job ${wishes} --create ${program}`, { told: created });

  tell('Works here, works there? A try in a clean checkout, by the executor that will run it for good.');
  await ann.types(`runyard clone-as-job ${wishes} --try ${program}`, { told: [...log, 'succeeded'] });
  isSo(registry.published.join() === 'ann,ann', 'the try has published');
};

const run = async ({ registry, ann }: Stage): Promise<string> => {
  chapter('4. Ann runs her job');
  await ann.types('runyard start flat-rents-train --wait', { told: ['succeeded'] });
  await ann.types('runyard logs flat-rents-train', { told: log });
  isSo(registry.published.join() === 'ann,ann,ann', 'the run has published');
  const { jobs } = await ann.asks('GET', '/jobs', {
    show: ({ jobs: [job] }) => `${job.id} ${job.name}, due ${job.next_run_at}`,
  });
  return jobs[0].id;
};
