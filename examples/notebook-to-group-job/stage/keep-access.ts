import type { Person } from './person.ts';
import type { Stage } from './stage.ts';
import { answered, doing } from './tell.ts';

export interface Access {
  /** Whose it is to be; default: who keeps it. */
  owner?: string;
  /** Under which name the git host knows the token. */
  username: string;
  git: string;
  registry: string;
}

/** Somebody keeps two tokens where jobs get them from: as a secret that of the registry, as a git credential that of the git host. */
export const keepAccess = async (
  { service, gitHost }: Stage,
  person: Person,
  { owner, username, git, registry }: Access,
): Promise<void> => {
  const whose = owner === undefined ? {} : { owner };
  await person.asks('POST', '/secrets', {
    body: { name: 'registry', ...whose },
    hidden: { value: registry },
    status: 201,
    show: (secret) => `of ${secret.owner.id}`,
  });
  const credential = { kind: 'https', name: 'flat-rents', ...whose, host: gitHost.url, username } as const;
  doing(`${person.name}>`, `gitCredentials.create(${JSON.stringify({ ...credential, token: '…' })})`);
  const { gitCredentials } = await service.servicesOf(person.token);
  const kept = await gitCredentials.create({ ...credential, token: git });
  answered(`of ${kept.owner}`);
};
