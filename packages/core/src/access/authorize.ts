import { type Principal, visibleOwners } from './principal.ts';

/** What tokens can be narrowed to. `admin` allows everything that its bearer may do. */
export const scopes = ['jobs:read', 'jobs:write', 'jobs:start', 'metrics:read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export type Action =
  | 'job.read'
  | 'job.write'
  | 'job.start'
  | 'run.read'
  /** Cancel and abandon. */
  | 'run.stop'
  | 'image.read'
  | 'image.build'
  | 'metrics.read';

const scopeFor: Record<Action, readonly Scope[]> = {
  'job.read': ['jobs:read', 'jobs:write', 'jobs:start'],
  'job.write': ['jobs:write'],
  'job.start': ['jobs:start', 'jobs:write'],
  'run.read': ['jobs:read', 'jobs:write', 'jobs:start'],
  'run.stop': ['jobs:start', 'jobs:write'],
  'image.read': ['jobs:read', 'jobs:write', 'jobs:start'],
  'image.build': ['jobs:write'],
  'metrics.read': ['metrics:read'],
};

/**
 * - `allow`
 * - `hide`: not this principal's; answer as if it did not exist.
 * - `deny`: its own, or nobody's in particular, but its scopes do not allow the action.
 */
export type Answer = 'allow' | 'hide' | 'deny';

/** The one table of who may do what. `resource` is null for what belongs to nobody (a list, a new job of one's own). */
export const authorize = (principal: Principal, action: Action, resource: { owner: string } | null): Answer => {
  const owners = visibleOwners(principal);
  if (resource && owners && !owners.includes(resource.owner)) return 'hide';
  const granted = principal.scopes;
  if (granted === undefined || granted.includes('admin')) return 'allow';
  return scopeFor[action].some((scope) => granted.includes(scope)) ? 'allow' : 'deny';
};
