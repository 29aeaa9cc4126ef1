import type { DocumentKind } from '../../domain/document.ts';
import type { ErrorCode } from '../../domain/errors.ts';

/** What a kind is called in sentences, and the code where there is none of it. */
export const wordsOf = (kind: DocumentKind): { one: string; missing: ErrorCode } => words[kind];

const words: Readonly<Record<DocumentKind, { one: string; missing: ErrorCode }>> = {
  user: { one: 'user', missing: 'user-not-found' },
  group: { one: 'group', missing: 'group-not-found' },
  member: { one: 'member', missing: 'user-not-found' },
  token: { one: 'token', missing: 'token-not-found' },
  secret: { one: 'secret', missing: 'secret-not-found' },
  'git-credential': { one: 'git credential', missing: 'credential-not-found' },
  webhook: { one: 'webhook', missing: 'webhook-not-found' },
  image: { one: 'image', missing: 'image-not-found' },
  outbox: { one: 'notification', missing: 'webhook-not-found' },
  delivery: { one: 'delivery', missing: 'webhook-not-found' },
  failing: { one: 'failing job', missing: 'job-not-found' },
  key: { one: 'key', missing: 'internal' },
};
