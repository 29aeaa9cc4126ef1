import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Person } from '../stage/person.ts';
import type { Stage } from '../stage/stage.ts';
import { tell } from '../stage/tell.ts';

export interface People {
  groupId: string;
  annId: string;
}

/** The first admin lets Ann and Bob in, and makes the group that both are in. */
export const people = async (stage: Stage): Promise<People> => {
  const { folder, service, ines, ann, bob } = stage;
  tell(
    `An Express service has Runyard at ${service.api}. Ines, its first admin, takes the one-time token for one that stays.`,
  );
  ines.token = (await readFile(join(folder, 'service', 'first-admin-token'), 'utf8')).trim();
  ines.token = await mint(ines, { name: 'of ines' });
  tell('She makes a group, and lets two people in.');
  const group = await ines.asks('POST', '/groups', {
    body: { groupname: 'research' },
    status: 201,
    show: ({ id }) => id,
  });
  const annId = await letIn(ines, ann, group.id);
  await letIn(ines, bob, group.id);
  for (const each of [ines, ann, bob]) {
    await writeFile(join(each.home, 'token.txt'), each.token, { mode: 0o600 });
    await each.types(`runyard login --url ${service.api} < token.txt`, { told: ['Stored in'] });
  }
  return { groupId: group.id, annId };
};

const letIn = async (admin: Person, newcomer: Person, groupId: string): Promise<string> => {
  const { name } = newcomer;
  const { id } = await admin.asks('POST', '/users', { body: { username: name }, status: 201, show: (user) => user.id });
  await admin.asks('POST', `/groups/${groupId}/members`, { body: { user_id: id }, status: 201 });
  newcomer.token = await mint(admin, { name: `of ${name}`, user_id: id });
  return id;
};

const mint = async (admin: Person, body: { name: string; user_id?: string }): Promise<string> => {
  const show = () => '(with the token, which is shown this once)';
  return (await admin.asks('POST', '/tokens', { body, status: 201, show })).access_token;
};
