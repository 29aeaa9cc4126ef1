import { RunyardError } from '../domain/errors.ts';

/** `ops`, `/ops/` and `/ops` are one path, and `/` is none; what could be no path of ours would silently serve nothing. */
export const cleanBasePath = (given: string): string => {
  const parts = given.split('/').filter((part) => part !== '');
  if (parts.every((part) => /^[^\s?#*:(){}%]+$/.test(part))) return parts.map((part) => `/${part}`).join('');
  throw new RunyardError(
    'invalid-option',
    `\`basePath\`: "${given}" is no plain path. Write it as "/ops/api", without parameters, wildcards or blanks.`,
    { field: 'basePath', expected: 'a plain path, such as "/ops/api"', received: given },
  );
};
