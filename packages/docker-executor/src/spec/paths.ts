/** A path on the engine's machine, and not the name of a volume. */
export const isPath = (source: string): boolean => source.startsWith('/');

/** `path` is `folder` or lies in it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
