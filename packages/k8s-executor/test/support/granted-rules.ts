import { readFileSync } from 'node:fs';
import { loadAllYaml } from '@kubernetes/client-node';
import type { PolicyRule } from '../../../../test/engines/k8s/cluster.ts';

/** The rules of the Role that we publish: all that the executor may do in the tests. */
export const grantedRules = (): readonly PolicyRule[] => {
  const manifest = readFileSync(new URL('../../manifests/rbac.yaml', import.meta.url), 'utf8');
  const documents = loadAllYaml(manifest) as { kind: string; rules?: PolicyRule[] }[];
  const rules = documents.find(({ kind }) => kind === 'Role')?.rules;
  if (!rules) throw new Error('manifests/rbac.yaml has no Role');
  return rules;
};
