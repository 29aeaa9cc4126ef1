import type { Settings } from '../options.ts';

/** An `/etc/passwd` in which the pod's user has a name: ssh runs for nobody else. */
export const passwdOf = ({ uid, gid = uid }: NonNullable<Settings['user']>): string =>
  `root:x:0:0:root:/root:/bin/sh\n${uid === 0 ? '' : `runyard:x:${uid}:${gid}:runyard:/tmp:/bin/sh\n`}`;

/** Whether ssh may run as a user whom the image need not know. */
export const needsPasswd = (
  sources: readonly { url: string; submodules: boolean }[],
  { user }: Pick<Settings, 'user'>,
): boolean =>
  user !== undefined && user.uid !== 0 && sources.some(({ url, submodules }) => submodules || !/^https?:/i.test(url));
