import { expect, it } from 'vitest';
import { type CheckoutUnderTest, checkoutUnderTest } from './checkouts.ts';

/** What `clone-as-job` finds in a checkout. */
export interface CloneCase {
  /** Committed and pushed. */
  files: Record<string, string>;
  /** What is done afterwards. */
  does?(checkout: CheckoutUnderTest): Promise<unknown>;
  /** Default: `-- python3 run.py`. */
  call?: readonly string[];
  env?: Record<string, string>;
  in?: string;
  /** All that is found, but for the remote of these tests, which is a folder. */
  finds: readonly string[];
  /** What one of the sentences says. */
  says?: RegExp;
}

export const runPython = ['--', 'python3', 'run.py'];

/** A test of each. `geheim` is never told. */
export const itFinds = (cases: Record<string, CloneCase>): void => {
  it.each(Object.entries(cases))(
    '%s',
    async (_, { files, does, call = runPython, env = {}, in: below = '', finds, says }) => {
      await using checkout = await checkoutUnderTest(files);
      await does?.(checkout);
      const { codes, findings, exit } = await checkout.found(call, { env, in: below });
      const ours = codes.filter((code) => code !== 'local-remote');
      expect(ours, JSON.stringify(findings, null, 2)).toEqual(finds);
      if (says !== undefined) expect(findings.map((each) => `${each.says} ${each.todo}`).join('\n')).toMatch(says);
      expect(exit).toBe(findings.some(({ level }) => level === 'error') ? 65 : 0);
      expect(JSON.stringify(findings)).not.toContain('geheim');
    },
  );
};
