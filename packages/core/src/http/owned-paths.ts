import type { Route } from './route.ts';

/**
 * Whether a path, below mount and base path, is one of ours: whatever begins with a name of ours. Where there is no directory, its routes could only say
 * so, and the host may have `/users` of its own: then of such names only what works all the same is ours. Of a route that is exact, only its own path is.
 */
export const ownedPaths = (
  routes: readonly Route[],
  { directory }: { directory: boolean },
): ((path: string) => boolean) => {
  const serves = ({ errors = [] }: Route): boolean => directory || !errors.includes('no-directory');
  const names = new Set(routes.filter(({ isExact }) => !isExact).map(({ path }) => nameOf(path)));
  for (const route of routes) if (!serves(route) && !route.isExact) names.delete(nameOf(route.path));
  const single = routes
    .filter((route) => serves(route) && !names.has(nameOf(route.path)))
    .map(({ path }) => patternOf(path));
  return (path) => names.has(nameOf(path)) || single.some((pattern) => pattern.test(path));
};

const nameOf = (path: string): string => path.split('/')[1] ?? '';

/** What a route's path matches. */
export const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
