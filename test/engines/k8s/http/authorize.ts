import type { PolicyRule } from '../cluster.ts';
import type { Call } from './call.ts';
import { forbidden } from './refusal.ts';
import type { User } from './users.ts';

export interface Access {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  name: string | null;
  namespace: string | null;
}

/** Throws where the user has no right to it. */
export function authorize(call: Call): void {
  const { info, user, verb, name, namespace } = call;
  const resource = call.subresource ? `${info.resource}/${call.subresource}` : info.resource;
  if (isAllowed(user, { verb, group: info.group, resource, name, namespace })) return;
  const where = namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope';
  throw forbidden(
    info,
    name,
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${info.group}"${where}`,
  );
}

export function isAllowed({ rules, namespace }: User, access: Access): boolean {
  if (rules === null) return true;
  if (namespace !== null && namespace !== access.namespace) return false;
  return rules.some((rule) => allows(rule, access));
}

function allows(rule: PolicyRule, { verb, group, resource, name }: Access): boolean {
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    has(rule.resources, resource) &&
    (!rule.resourceNames?.length || (name !== null && rule.resourceNames.includes(name)))
  );
}

const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
