import { readFileSync } from 'node:fs';
import { loadAllYaml } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { checkAgainstModels } from './support/check-against-models.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of them is what is being proved
type Any = any;

const text = readFileSync(new URL('../manifests/rbac.yaml', import.meta.url), 'utf8');
const [account, role, binding] = loadAllYaml(text) as Any[];

it('the manifest of rights is a service account, a Role and what binds them, in the namespace that it is applied to', () => {
  expect([account.kind, role.kind, binding.kind]).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
  for (const object of [account, role, binding]) {
    checkAgainstModels(JSON.parse(JSON.stringify(object)));
    expect(object.metadata.namespace).toBeUndefined();
  }
  expect(binding.roleRef).toMatchObject({ kind: 'Role', name: role.metadata.name });
  expect(binding.subjects[0]).toMatchObject({ kind: 'ServiceAccount', name: account.metadata.name });
});

it('gives no right over everything, and none to read secrets', () => {
  const rights = role.rules.flatMap(({ apiGroups, resources, verbs }: Any) =>
    resources.flatMap((resource: string) => verbs.map((verb: string) => `${verb} ${apiGroups[0]}/${resource}`)),
  );
  expect(rights.join(' ')).not.toContain('*');
  expect(rights.filter((right: string) => right.endsWith('/secrets'))).toEqual(['create /secrets', 'update /secrets']);
});
