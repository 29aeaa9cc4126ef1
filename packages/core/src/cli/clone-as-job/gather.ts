import { open, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Given, UsageError } from '../command.ts';
import { gitWith } from './checkout/ask-git.ts';
import { type Checkout, readCheckout } from './checkout/read-checkout.ts';
import { allUncommitted, uncommittedAmong } from './checkout/read-states.ts';
import type { Facts, Wishes } from './facts.ts';
import { follow } from './follow/follow.ts';
import type { Trail } from './follow/trail.ts';
import { isSecret } from './judge/judge-variables.ts';
import { installedPython } from './packages/installed-python.ts';
import { packagesFiles } from './packages/packages-files.ts';

/**
 * Looks at the checkout and at what the command reads in it; null: the folder is in no checkout. Changes nothing. Throws `GitRefused`,
 * and `UsageError` for a remote that is not there.
 */
export const gather = async (
  { cwd: folder, terminal: { env } }: Pick<Given, 'cwd' | 'terminal'>,
  { command, remote }: Pick<Wishes, 'command' | 'remote'>,
  { ask }: { ask: boolean },
): Promise<Facts | null> => {
  const git = gitWith(env);
  const checkout = await readCheckout(git, folder, { ask, remote });
  if (checkout === null) return null;
  const { root, remotes } = checkout;
  if (remote !== undefined && !remotes.includes(remote))
    throw new UsageError(`There is no remote ${remote}; there are: ${remotes.join(', ') || 'none'}.`);
  const cwd = await realpath(folder);
  const trail = await follow(command, { root, cwd, home: await realpath(env.HOME || homedir()).catch(() => '/'), env });
  const reads = [...trail.reads.keys()];
  const [uncommitted, all, pointers, files, installed] = await Promise.all([
    uncommittedAmong(git, root, { paths: reads, submodules: fetched(checkout) }),
    allUncommitted(git, root),
    lfsPointers(root, reads),
    packagesFiles(root, cwd),
    asksPython(trail) ? installedPython(trail.python ?? 'python3', { cwd, env }) : null,
  ]);
  return {
    checkout,
    trail,
    uncommitted,
    allUncommitted: all,
    pointers,
    packagesFiles: files,
    installed,
    set: setAmong([...trail.variables.keys()], env),
  };
};

const fetched = ({ submodules }: Checkout): string[] =>
  submodules.filter(({ isMissing }) => !isMissing).map(({ path }) => path);

// Where no Python takes part, none is started.
const asksPython = ({ languages, modules, notebooks }: Trail): boolean =>
  languages.has('python') || modules.size > 0 || notebooks.length > 0;

const setAmong = (names: readonly string[], env: Given['terminal']['env']): Facts['set'] =>
  new Map(
    names.flatMap((name): [string, { isSecret: boolean }][] => {
      const value = env[name];
      return value === undefined ? [] : [[name, { isSecret: isSecret(name, value) }]];
    }),
  );

const pointerStart = 'version https://git-lfs.github.com/spec/';

const lfsPointers = async (root: string, paths: readonly string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const path of paths) {
    const file = await open(join(root, path)).catch(() => null);
    if (file === null) continue;
    try {
      const { buffer, bytesRead } = await file
        .read({ length: pointerStart.length })
        .catch(() => ({ buffer: Buffer.alloc(0), bytesRead: 0 }));
      if (buffer.toString('utf8', 0, bytesRead) === pointerStart) found.push(path);
    } finally {
      await file.close();
    }
  }
  return found;
};
