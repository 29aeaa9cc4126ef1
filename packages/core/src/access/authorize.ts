import { type Principal, visibleOwners } from './principal.ts';

/** What tokens can be narrowed to. `admin` allows everything that its bearer may do. */
export const scopes = ['jobs:read', 'jobs:write', 'jobs:start', 'secrets:write', 'metrics:read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What an action is about. */
export interface Resource {
  owner: string;
  /** The job, or that of the run; absent: it is about none. */
  job?: string;
}

/**
 * - `allow`
 * - `hide`: not this principal's; answer as if it did not exist.
 * - `deny`: its own, or nobody's in particular, but its scopes do not allow the action, or only admins may.
 */
export type Answer = 'allow' | 'hide' | 'deny';

interface Rule {
  /** Any of these suffices for a token that is narrowed; `admin` always does. */
  scopes: readonly Scope[];
  /** Whose things: those of the principal and of its groups; its own alone; or nobody's but an admin's. */
  who: 'owners' | 'self' | 'admins';
  /** A token for one job may do it, with that job. */
  ofJob?: true;
  /** So may who is no admin, where the host itself gives him one of the scopes by name. */
  byScope?: true;
}

const anyJobs = ['jobs:read', 'jobs:write', 'jobs:start'] as const;

/** The one table of who may do what. */
export const rules = {
  'job.read': { scopes: anyJobs, who: 'owners', ofJob: true },
  'job.write': { scopes: ['jobs:write'], who: 'owners', ofJob: true },
  'job.start': { scopes: ['jobs:start', 'jobs:write'], who: 'owners', ofJob: true },
  'run.read': { scopes: anyJobs, who: 'owners', ofJob: true },
  /** Cancel and abandon. */
  'run.stop': { scopes: ['jobs:start', 'jobs:write'], who: 'owners', ofJob: true },
  'image.read': { scopes: anyJobs, who: 'owners' },
  'image.build': { scopes: ['jobs:write'], who: 'owners' },
  /** Names and who may use them; a value is read by nobody. Likewise of credentials, but for their public half. */
  'secret.read': { scopes: ['secrets:write', 'jobs:read', 'jobs:write'], who: 'owners' },
  'secret.write': { scopes: ['secrets:write'], who: 'owners' },
  /** Encrypts everything with the current key. */
  'secret.rotate': { scopes: [], who: 'admins' },
  'webhook.read': { scopes: ['jobs:read', 'jobs:write'], who: 'owners' },
  'webhook.write': { scopes: ['jobs:write'], who: 'owners' },
  /** One's own: a narrowed token mints none that is wider than itself. */
  'token.read': { scopes: [], who: 'self' },
  'token.write': { scopes: [], who: 'self' },
  'user.read': { scopes: anyJobs, who: 'self' },
  'user.write': { scopes: [], who: 'admins' },
  /** Its name and its members, for these. */
  'group.read': { scopes: anyJobs, who: 'owners' },
  'group.write': { scopes: [], who: 'admins' },
  /** By which name whose id is meant. */
  'owner.read': { scopes: [...anyJobs, 'secrets:write'], who: 'owners' },
  'audit.read': { scopes: anyJobs, who: 'owners' },
  /** The numbers are of everybody's runs. */
  'metrics.read': { scopes: ['metrics:read'], who: 'admins', byScope: true },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof rules;

/** `resource` is null for what belongs to nobody (a list, a new thing of one's own). */
export const authorize = (principal: Principal, action: Action, resource: Resource | null): Answer => {
  const rule: Rule = rules[action];
  if (resource && !isVisible(principal, rule, resource)) return 'hide';
  if (rule.who === 'admins' && !principal.admin && !isGivenIt(principal, rule)) return 'deny';
  if (principal.job !== undefined && (!rule.ofJob || resource === null)) return 'deny';
  const granted = principal.scopes;
  if (granted === undefined || granted.includes('admin')) return 'allow';
  return rule.scopes.some((scope) => granted.includes(scope)) ? 'allow' : 'deny';
};

// Not by a token of the directory: everybody mints those for himself.
const isGivenIt = ({ directory, scopes: granted = [] }: Principal, { byScope, scopes }: Rule): boolean =>
  byScope === true && directory !== 'token' && scopes.some((scope) => granted.includes(scope));

/** What has to be granted for an action, in words, for those who may know that the thing is there. */
export const missingRight = (action: Action): string => {
  const rule: Rule = rules[action];
  if (rule.who === 'admins')
    return rule.byScope
      ? `only admins may do that, and tokens of the host with the scope ${rule.scopes.map((scope) => `'${scope}'`).join(' or ')}`
      : 'only admins may do that';
  return rule.scopes.length === 0
    ? 'a token that is narrowed by scopes may not do that'
    : `it takes the scope ${rule.scopes.map((scope) => `'${scope}'`).join(' or ')}`;
};

const isVisible = (principal: Principal, { who }: Rule, { owner, job }: Resource): boolean => {
  if (principal.job !== undefined && job !== principal.job) return false;
  if (principal.admin) return true;
  return who === 'self' ? owner === `user:${principal.id}` : (visibleOwners(principal) ?? []).includes(owner);
};
