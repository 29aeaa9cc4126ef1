import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutation } from './mutations.ts';

/** A copy of the library and of the simulation, with the fault in it. */
export const plant = async (mutation: Mutation): Promise<{ main: string } & AsyncDisposable> => {
  const root = await mkdtemp(join(tmpdir(), 'ry-mutation-'));
  const here = resolve(import.meta.dirname, '../..');
  await cp(join(here, 'packages/core/src'), join(root, 'packages/core/src'), { recursive: true });
  await cp(join(here, 'packages/core/package.json'), join(root, 'packages/core/package.json'));
  await cp(join(here, 'test/simulation'), join(root, 'test/simulation'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await symlink(join(here, 'packages/core/node_modules'), join(root, 'packages/core/node_modules'));
  for (const { file, find, put } of [mutation, ...(mutation.also ?? [])]) {
    const path = join(root, 'packages/core/src', file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(find)) throw new Error(`'${mutation.name}': ${file} does not have «${find}» any more`);
    await writeFile(path, text.replace(find, put));
  }
  return {
    main: join(root, 'test/simulation/main.ts'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
};
