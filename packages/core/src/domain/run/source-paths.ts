import type { SourceSpec } from '../job/job.ts';

/**
 * The folder of each source in the workspace: its `path`; else the workspace itself for a single source, and the
 * repository's name where there are several.
 */
export const sourcePaths = (sources: readonly Pick<SourceSpec, 'url' | 'path'>[]): string[] =>
  sources.map(({ url, path }) => path ?? (sources.length === 1 ? '.' : repositoryName(url)));

const repositoryName = (url: string): string => {
  const last = url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return last.replace(/\.git$/, '').replace(/^\.+/, '') || 'source';
};
