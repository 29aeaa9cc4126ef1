import { startFailed } from '../../../domain/run/launch-errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Launch } from '../../../ports/executor.ts';
import { placeInside } from './place-inside.ts';

/** Checks out every source at its commit, folders above before folders below, one after another, since one may lie in another. */
export const fillWorkspace = async (
  { workspace }: { workspace: string },
  { sources, onProgress, log }: Pick<Launch, 'sources' | 'onProgress' | 'log'>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> => {
  if (sources.length === 0) return;
  onProgress({ state: 'waiting', phase: 'sources', at: clock.now() });
  for (const source of [...sources].sort((a, b) => depth(a.path) - depth(b.path))) {
    signal.throwIfAborted();
    const dir = await placeInside(workspace, source.path);
    if (dir === null)
      throw startFailed(
        'invalid-source',
        `The source ${source.url} would lie outside of the workspace (path '${source.path}').`,
      );
    log(`${source.url} at ${source.commit} into ${source.path}`);
    await source.checkout(dir, signal);
  }
};

const depth = (path: string): number => (path === '.' ? 0 : path.split('/').length);
