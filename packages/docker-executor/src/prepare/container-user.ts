import { readFile } from '../engine/container-files.ts';
import type { Engine } from '../engine/engine.ts';

export interface ContainerUser {
  uid: number;
  gid: number;
}

/** As whom a container runs: `uid[:gid]` as it is, names by the /etc/passwd and /etc/group of its image. Whom it cannot find is root. */
export const containerUser = async (
  engine: Engine,
  { id, user }: { id: string; user: string },
  signal: AbortSignal,
): Promise<ContainerUser> => {
  if (isRoot(user)) return { uid: 0, gid: 0 };
  const [name = '', group] = user.split(':');
  if (isNumber(name) && group !== undefined && isNumber(group)) return { uid: Number(name), gid: Number(group) };
  const users = await linesOf(engine, { id, path: '/etc/passwd' }, signal);
  const found = users.find(([known, , uid]) => known === name || uid === name);
  const uid = isNumber(name) ? Number(name) : Number(found?.[2] ?? 0);
  if (group === undefined) return { uid, gid: Number(found?.[3] ?? 0) };
  if (isNumber(group)) return { uid, gid: Number(group) };
  const groups = await linesOf(engine, { id, path: '/etc/group' }, signal);
  return { uid, gid: Number(groups.find(([known]) => known === group)?.[2] ?? 0) };
};

/** No more than that: `root:` with another group is not meant. */
export const isRoot = (user: string): boolean =>
  ['', '0', 'root', '0:0', 'root:root', 'root:0', '0:root'].includes(user);

const isNumber = (text: string): boolean => /^\d+$/.test(text);

const linesOf = async (
  engine: Engine,
  { id, path }: { id: string; path: string },
  signal: AbortSignal,
): Promise<string[][]> => {
  const file = await readFile(engine, { id, path, atMostBytes: mostBytes }, signal);
  return (file?.text ?? '').split('\n').map((line) => line.split(':'));
};

const mostBytes = 1024 * 1024;
