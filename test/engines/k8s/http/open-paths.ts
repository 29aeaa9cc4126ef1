import type { IncomingMessage } from 'node:http';
import type { CallCount } from '../cluster.ts';
import { readBody } from './call.ts';
import { type Answer, unauthorized } from './refusal.ts';
import { reviewAccess } from './review.ts';
import { anonymous, type User } from './users.ts';

/** What is no object: the version, and whether one may. null: another path. */
export async function openPath(
  path: string,
  request: IncomingMessage,
  user: User | undefined,
): Promise<{ answer: Answer; counted: Partial<CallCount> } | null> {
  if (path === '/version') return { answer: { status: 200, body: version }, counted: { resource: path } };
  if (['/readyz', '/livez', '/healthz'].includes(path)) {
    return {
      answer: { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' },
      counted: { resource: path },
    };
  }
  if (path !== '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' || request.method !== 'POST') return null;
  const counted = { verb: 'create', resource: 'selfsubjectaccessreviews' } as const;
  if (!user || user === anonymous) return { answer: unauthorized().answer, counted };
  return { answer: reviewAccess(user, await readBody(request)), counted };
}

const version = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.3',
};
