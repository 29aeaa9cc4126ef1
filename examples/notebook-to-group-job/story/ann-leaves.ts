import { isSo } from '../stage/as-told.ts';
import type { Stage } from '../stage/stage.ts';
import { chapter, tell } from '../stage/tell.ts';
import type { People } from './people.ts';

/** Nothing of Ann's is good any more, and then she is gone. */
export const annLeaves = async (stage: Stage, known: People & { jobId: string }): Promise<void> => {
  chapter('8. Ann leaves');
  await letOut(stage, known);
  await remove(stage, known);
};

const letOut = async (
  { gitHost, registry, ines, ann }: Stage,
  { groupId, annId, jobId }: People & { jobId: string },
): Promise<void> => {
  tell('The git host and the registry let her in no more. Ines takes her out of the group, and revokes her token.');
  gitHost.dismiss('ann');
  for (const [token, who] of registry.tokens) if (who === 'ann') registry.tokens.delete(token);
  await ines.asks('DELETE', `/groups/${groupId}/members/${annId}`, { status: 204 });
  const list = await ines.asks('GET', `/tokens?user_id=${annId}`, {
    show: ({ tokens: [{ id, name }] }) => `${id} ${name}`,
  });
  await ines.asks('DELETE', `/tokens/${list.tokens[0].id}`, { status: 204 });

  tell(
    'Ann starts nothing any more; and her own copy of the job is of use to nobody else either, since it lives on what was hers.',
  );
  await ann.types('runyard jobs', { exit: 77 });
  await ines.types(`runyard start ${jobId} --wait`, { exit: 125, told: ['source-refused'] });
};

const remove = async ({ ines }: Stage, { annId, jobId }: People & { jobId: string }): Promise<void> => {
  tell('Whoever owns something is not removed. What she owned goes first.');
  const refused = await ines.asks('DELETE', `/users/${annId}`, { status: 409 });
  isSo(refused.code === 'owner-in-use', 'she still owns something');
  await ines.asks('DELETE', `/jobs/${jobId}`, { status: 204 });
  for (const kind of ['secrets', 'git_credentials']) {
    const show = (answer: Record<string, Named[]>) =>
      answer[kind]?.map(({ id, name }) => `${id} ${name}`).join(', ') ?? '';
    const { [kind]: hers } = await ines.asks('GET', `/${kind}?user_id=${annId}`, { show });
    for (const { id } of hers) await ines.asks('DELETE', `/${kind}/${id}`, { status: 204 });
  }
  await ines.asks('DELETE', `/users/${annId}`, { status: 204 });
};

interface Named {
  id: string;
  name: string;
}
