import type { Settings } from '../options.ts';
import { mountsFor } from './mounts.ts';
import { refuse } from './refuse.ts';
import type { Wishes } from './wishes.ts';

/** Throws, with the field, where a job wishes for what its host does not allow. Asked at save, and again before each attempt. */
export const refuseWhatIsNotAllowed = (wishes: Wishes, owner: string, settings: Settings): void => {
  const { network, user, readOnlyRoot } = wishes;
  if (network !== undefined && network !== settings.network && !settings.networks.includes(network))
    refuse(
      'executorOptions.network',
      network,
      `the host allows ${listed(settings.networks)}. The option \`networks\` of dockerExecutor is that list.`,
    );
  if (user !== undefined && !mayBe(user, settings))
    refuse(
      'executorOptions.user',
      user,
      `the host allows ${listed(settings.users ?? [])}. The option \`users\` of dockerExecutor is that list.`,
    );
  if (readOnlyRoot === false && settings.readOnlyRoot && !settings.allowWritableRoot)
    refuse(
      'executorOptions.readOnlyRoot',
      'false',
      'the host does not allow it. The option `allowWritableRoot` of dockerExecutor does.',
    );
  mountsFor(wishes, owner, settings);
};

const mayBe = (user: string, { user: usual, users }: Settings): boolean =>
  user === usual || (users === undefined ? usual === undefined : users.includes(user));

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
