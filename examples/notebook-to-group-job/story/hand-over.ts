import { isSo } from '../stage/as-told.ts';
import { keepAccess } from '../stage/keep-access.ts';
import { newToken, type Stage } from '../stage/stage.ts';
import { chapter, tell } from '../stage/tell.ts';
import type { People } from './people.ts';

/** The job becomes the group's, which lacks what it needs, is told so, and gets it. */
export const handOver = async (stage: Stage, known: People & { jobId: string }): Promise<string> => {
  const groupJobId = await cloneForTheGroup(stage, known);
  await giveWhatItLacks(stage, { ...known, groupJobId });
  return groupJobId;
};

const cloneForTheGroup = async (
  { ann, bob }: Stage,
  { jobId, groupId }: People & { jobId: string },
): Promise<string> => {
  chapter('5. Ann hands it over to the group');
  tell('The group gets a job of its own. The answer says what it lacks.');
  const clone = await ann.asks('POST', `/jobs/${jobId}/clone`, {
    body: { owner: { group_id: groupId } },
    status: 201,
    show: ({ id, lacking }) => [id, ...lacking.map(({ code, sentence }: Finding) => `${code}: ${sentence}`)].join('\n'),
  });
  isSo(codes(clone.lacking) === 'unknown-credential,unknown-secret', 'it lacks a secret and a git credential');
  await ann.asks('POST', `/jobs/${jobId}/unschedule`, { show: () => 'her own copy rests' });

  tell('Bob, of the same group, sees it, and cannot start it yet.');
  await bob.types('runyard jobs', { told: ['flat-rents-train'] });
  const refused = await bob.asks('POST', `/jobs/${clone.id}/start`, { status: 409 });
  isSo(refused.code === 'missing-access', 'the start is refused for what is missing');
  return clone.id;
};

const giveWhatItLacks = async (
  stage: Stage,
  { groupId, groupJobId }: People & { groupJobId: string },
): Promise<void> => {
  const { gitHost, registry, bob } = stage;
  chapter('6. Bob gives the group what it lacks');
  tell("He gets tokens that are the group's, so that nothing hangs on Ann's: that of the git host can only read.");
  const tokens = { git: newToken(), registry: newToken() };
  gitHost.admit('research', { token: tokens.git, push: false });
  registry.tokens.set(tokens.registry, 'research');
  await keepAccess(stage, bob, { owner: { group_id: groupId }, username: 'research', ...tokens });

  const { findings } = await bob.asks('POST', `/jobs/${groupJobId}/check`, {
    show: ({ findings: found }) => (found.length === 0 ? 'nothing to be found' : JSON.stringify(found)),
  });
  isSo(findings.length === 0, 'the check finds nothing');
};

interface Finding {
  code: string;
  sentence: string;
}

const codes = (findings: Finding[]): string =>
  findings
    .map(({ code }) => code)
    .sort()
    .join();
