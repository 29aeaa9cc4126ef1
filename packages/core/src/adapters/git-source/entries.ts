import type { Entry } from '../../ports/source.ts';
import type { Mirror } from './mirror.ts';

/** What lies at each path of a commit. */
export const entriesAt = (
  mirror: Mirror,
  { commit, paths }: { commit: string; paths: readonly string[] },
  signal: AbortSignal,
): Promise<Entry[]> =>
  // One by one: asked for a folder and something in it, git tells only of the latter.
  Promise.all(
    paths.map(async (path) => {
      if (path === '.') return 'folder';
      const line = await mirror.git(['ls-tree', '-z', '--full-tree', commit, '--', path], signal);
      const [mode] = /^\d+/.exec(line) ?? [];
      return mode === undefined ? 'missing' : (modes[mode] ?? 'link');
    }),
  );

const modes: Readonly<Record<string, Entry>> = { '040000': 'folder', '100644': 'file', '100755': 'executable' };
