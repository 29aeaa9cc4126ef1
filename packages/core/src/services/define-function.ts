import { RunyardError } from '../domain/errors.ts';
import type { JobFunction } from '../ports/job-function.ts';

/** `runyard.define`, over the functions that executors are shown. */
export const defineFunction = (functions: Map<string, JobFunction>, name: string, job: JobFunction): (() => void) => {
  if (functions.has(name))
    throw new RunyardError('invalid-option', `A function "${name}" was defined already. Give this one another name.`, {
      field: 'name',
      received: name,
    });
  functions.set(name, job);
  // Taking it away twice must not take away what has that name by then.
  return () => void (functions.get(name) === job && functions.delete(name));
};
