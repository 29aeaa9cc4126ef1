import type { Facts, Wishes } from '../facts.ts';
import type { Finding, Level } from '../finding.ts';
import { judgeCheckout } from './judge-checkout.ts';
import { judgeCommand } from './judge-command.ts';
import { judgeEnvFiles } from './judge-env-files.ts';
import { judgeEnvironments } from './judge-environments.ts';
import { judgeFiles } from './judge-files.ts';
import { judgePackages } from './judge-packages.ts';
import { judgeSecrets } from './judge-secrets.ts';
import { judgeVariables } from './judge-variables.ts';

/** All that is wrong with what is to become a job, worst first. */
export const judge = (facts: Facts, wishes: Wishes): Finding[] => {
  const all = [
    ...judgeCheckout(facts, wishes),
    ...judgeFiles(facts),
    ...judgeEnvFiles(facts, wishes),
    ...judgeCommand(facts, wishes),
    ...judgeEnvironments(facts, wishes),
    ...judgeSecrets(facts),
    ...judgeVariables(facts, wishes),
    ...judgePackages(facts, wishes),
  ];
  return all.sort((a, b) => rank[a.level] - rank[b.level]);
};

const rank: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };
