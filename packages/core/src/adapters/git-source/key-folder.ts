import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeInMemory, sharedMemory } from '../shared/memory-folder.ts';

/** A folder for the key of one git: in memory where this machine has such a place, else where the mirrors are. */
export async function makeKeyFolder({ root, keysDir }: { root: string; keysDir: string }): Promise<string> {
  const id = randomUUID();
  const inMemory = join(sharedMemory, `${prefixOf(root)}${id}`);
  if (await makeInMemory(inMemory)) return inMemory;
  const dir = join(keysDir, id);
  await mkdir(dir, { mode: 0o700 });
  return dir;
}

/** Removes those that a killed host left. */
export async function removeKeysInMemory(root: string): Promise<void> {
  const names = await readdir(sharedMemory).catch(() => []);
  const left = names.filter((name) => name.startsWith(prefixOf(root)));
  await Promise.all(left.map((name) => rm(join(sharedMemory, name), { recursive: true, force: true })));
}

// By the folder that its host works in: what is another's stays.
const prefixOf = (root: string): string =>
  `runyard-keys-${createHash('sha256').update(resolve(root)).digest('hex').slice(0, 32)}-`;
