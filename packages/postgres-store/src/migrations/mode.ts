import { RunyardError } from '@runyard/core';

/** Whether a host may change our tables. */
export type MigrateMode = 'auto' | 'check';

/** Throws `invalid-option`. */
export const checkMode = (migrate: string = 'auto'): MigrateMode => {
  if (migrate === 'auto' || migrate === 'check') return migrate;
  throw new RunyardError('invalid-option', `\`migrate\` is 'auto' or 'check', not '${migrate}'.`, {
    field: 'migrate',
    expected: "'auto' or 'check'",
    received: String(migrate),
  });
};
