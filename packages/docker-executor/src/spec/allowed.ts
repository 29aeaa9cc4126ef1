import type { Settings } from '../options.ts';
import type { DockerSpec } from './docker-spec.ts';
import { mountsFor } from './mounts.ts';
import { isAbove, softAndHard } from './quantities.ts';
import { refuse } from './refuse.ts';

/** Throws, with the field, where a job wishes for what its host does not allow. Asked at save, and again before each attempt. */
export const refuseWhatIsNotAllowed = ({ image, owner, wishes }: DockerSpec, settings: Settings): void => {
  const { network, user, readOnlyRoot, registryCredential } = wishes;
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
  if (registryCredential !== undefined && settings.registryCredential === undefined)
    refuse(
      'executorOptions.registryCredential',
      registryCredential,
      'the host gives none. The option `registryCredential` of dockerExecutor does.',
    );
  if (image !== null && typeof image !== 'string' && !mayBuild(owner, settings))
    refuse(
      'image.build',
      image.build.base,
      `the host lets no job of ${owner} build an image. The option \`builds.allow\` of dockerExecutor says whose jobs may.`,
    );
  refuseHigherUlimits(wishes, settings);
  mountsFor(wishes, owner, settings);
};

const mayBuild = (owner: string, { builds: { allow } }: Settings): boolean =>
  typeof allow === 'boolean' ? allow : allow.includes(owner);

// A job may have less than the host says, and not more.
const refuseHigherUlimits = ({ ulimits = {} }: DockerSpec['wishes'], settings: Settings): void => {
  for (const [name, wished] of Object.entries(ulimits)) {
    const usual = settings.ulimits[name];
    if (wished === undefined || usual === undefined) continue;
    const [{ hard }, most] = [softAndHard(wished), softAndHard(usual).hard];
    if (isAbove(hard, most))
      refuse(
        `executorOptions.ulimits.${name}`,
        String(hard),
        `the host allows at most ${most} (the option \`ulimits\` of dockerExecutor).`,
      );
  }
};

const mayBe = (user: string, { user: usual, users }: Settings): boolean =>
  user === usual || (users === undefined ? usual === undefined : users.includes(user));

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
