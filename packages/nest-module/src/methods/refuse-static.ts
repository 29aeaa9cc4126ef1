import { RunyardError } from '@runyard/core';
import { decorated, type Finding } from './find-methods.ts';
import { JOBS } from './job.ts';
import { metadataOf } from './metadata.ts';
import { LISTENERS } from './on-run.ts';

/** A static method is of no provider: its decorator would silently do nothing. */
export const refuseStatic = (finding: Finding): void => {
  for (const owner of decorated(finding).flatMap(lineOf))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value !== 'function') continue;
      const key = [JOBS, LISTENERS].find((each) => metadataOf(each, value).length > 0);
      if (key === undefined) continue;
      throw new RunyardError(
        'invalid-option',
        `${key === JOBS ? '@Job' : '@OnRun'} is on ${owner.name}.${name}, which is static. It is for methods of a provider's instance: leave \`static\` out.`,
        { field: 'command', received: `${owner.name}.${name}` },
      );
    }
};

type Class = Parameters<typeof lineOf>[0];

// What it inherits too.
const lineOf = (of: { name: string }): { name: string }[] => {
  const parent: unknown = Object.getPrototypeOf(of);
  return typeof parent === 'function' && parent !== Function.prototype ? [of, ...lineOf(parent as Class)] : [of];
};
