import { pack } from 'tar-stream';
import type { BuildFile } from './build-steps.ts';

/** The files as the engine takes them. Without times, since the same files are the same build. */
export const contextArchive = (files: readonly BuildFile[]): NodeJS.ReadableStream => {
  const archive = pack();
  for (const { name, text } of files) archive.entry({ name, mode: 0o644, mtime: new Date(0) }, text);
  archive.finalize();
  return archive as unknown as NodeJS.ReadableStream;
};
