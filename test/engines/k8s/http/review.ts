import { isAllowed } from './authorize.ts';
import { type Answer, badRequest } from './refusal.ts';
import type { User } from './users.ts';

interface Attributes {
  namespace?: string;
  verb?: string;
  group?: string;
  resource?: string;
  subresource?: string;
  name?: string;
}

/** A SelfSubjectAccessReview: may I? */
export function reviewAccess(user: User, text: string): Answer {
  const { verb, group, resource, subresource, name, namespace } = attributesOf(text);
  const allowed = isAllowed(user, {
    verb: verb ?? '',
    group: group ?? '',
    resource: subresource ? `${resource}/${subresource}` : (resource ?? ''),
    name: name || null,
    namespace: namespace || null,
  });
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: {
        resourceAttributes: {
          ...(namespace ? { namespace } : {}),
          ...(verb ? { verb } : {}),
          ...(group ? { group } : {}),
          ...(resource ? { resource } : {}),
          ...(subresource ? { subresource } : {}),
          ...(name ? { name } : {}),
        },
      },
      status: { allowed },
    },
  };
}

function attributesOf(text: string): Attributes {
  try {
    const attributes = JSON.parse(text)?.spec?.resourceAttributes;
    if (typeof attributes === 'object' && attributes !== null) return attributes;
  } catch {}
  throw badRequest('a SelfSubjectAccessReview needs spec.resourceAttributes');
}
