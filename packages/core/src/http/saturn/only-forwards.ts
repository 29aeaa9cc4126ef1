import { RunyardError } from '../../domain/errors.ts';

/** For the published key of the page before, in lists that lead only forwards. */
export const onlyForwards = (field: string, received: string | undefined): RunyardError =>
  new RunyardError(
    'invalid-request',
    `\`${field}\` is not known here: this list is read forwards only. Give \`next_key\`, or nothing.`,
    { field, expected: 'nothing', received: String(received) },
  );
