import type { ErrorCode } from '../domain/errors.ts';

/** What a path's ids name, and the code where there is no such thing. */
export const ids: Readonly<Record<string, { missing: ErrorCode; what: string }>> = {
  job_id: { missing: 'job-not-found', what: 'job' },
  run_id: { missing: 'run-not-found', what: 'run' },
  /** The published name of a run; here its id. */
  run_name: { missing: 'run-not-found', what: 'run' },
  user_id: { missing: 'user-not-found', what: 'user' },
  group_id: { missing: 'group-not-found', what: 'group' },
  token_id: { missing: 'token-not-found', what: 'token' },
  secret_id: { missing: 'secret-not-found', what: 'secret' },
  attachment_id: { missing: 'attachment-not-found', what: 'attached secret' },
  credential_id: { missing: 'credential-not-found', what: 'git credential' },
  webhook_id: { missing: 'webhook-not-found', what: 'webhook' },
};

/** Names of the parameters of a path. */
export const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
