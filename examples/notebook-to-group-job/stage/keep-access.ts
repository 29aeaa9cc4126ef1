import type { Person } from './person.ts';
import type { Stage } from './stage.ts';

export interface Access {
  /** Whose it is to be; default: who keeps it. */
  owner?: { group_id: string };
  /** Under which name the git host knows the token. */
  username: string;
  git: string;
  registry: string;
}

/** Somebody keeps two tokens where jobs get them from: as a secret that of the registry, as a git credential that of the git host. */
export const keepAccess = async (
  { gitHost }: Stage,
  person: Person,
  { owner, username, git, registry }: Access,
): Promise<void> => {
  const whose = owner && { owner };
  const show = (made: { owner: { id: string } }) => `of ${made.owner.id}`;
  await person.asks('POST', '/secrets', {
    body: { name: 'registry', ...whose },
    hidden: { value: registry },
    status: 201,
    show,
  });
  await person.asks('POST', '/git_credentials', {
    body: { kind: 'https', name: 'flat-rents', ...whose, host: gitHost.url, username },
    hidden: { token: git },
    status: 201,
    show,
  });
};
