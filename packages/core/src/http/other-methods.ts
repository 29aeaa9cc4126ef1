import { RunyardError } from '../domain/errors.ts';
import { patternOf } from './owned-paths.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { problemAnswer } from './problem.ts';
import { noContent, type Route } from './route.ts';

/** For a path below mount and base path, the methods that its routes have; empty where there is no such path. */
export const methodsOf = (routes: readonly Route[]): ((path: string) => string[]) => {
  const patterns = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length === 0) return [];
    return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])];
  };
};

/** What a request gets that no route is for: which methods there are at its path, or that there is nothing. */
export const elsewhere = (
  methods: readonly string[],
  { method, path }: { method: string; path: string },
): PlainAnswer => {
  const allow = methods.join(', ');
  if (methods.length === 0)
    throw new RunyardError('not-found', `There is no ${method} ${shown(path)} here; openapi.json lists what there is.`);
  const answer =
    method === 'OPTIONS'
      ? noContent()
      : problemAnswer(
          new RunyardError('method-not-allowed', `${shown(path)} takes ${allow}.`, {
            expected: allow,
            received: method,
          }),
        );
  return { ...answer, headers: { ...answer.headers, allow } };
};

const shown = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
