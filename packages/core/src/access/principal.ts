/** Who is asking. */
export interface Principal {
  kind: 'user' | 'token' | 'system';
  id: string;
  name?: string;
  /** Ids of groups that the principal belongs to. */
  groups?: string[];
  /** May do everything that its scopes allow, with everybody's jobs. */
  admin?: boolean;
  /** Narrow what it may do; absent: no narrowing. See `Scope`. */
  scopes?: string[];
  /** Narrows it to one job and its runs. */
  job?: string;
  /** Id of the token that it came with; for the audit trail. */
  token?: string;
  /** When what it came with ends, epoch ms: no token that it mints lives longer. */
  expiresAt?: number;
  /**
   * Set by Runyard where it is somebody of the directory, known by a `token` of it or by the `name` that the host gives him: what he makes for himself is
   * refused once he was removed from it.
   */
  directory?: 'token' | 'name';
}

/** The library itself: `runyard.jobs` and `runyard.runs` act as it. */
export const systemPrincipal: Principal = { kind: 'system', id: 'system', admin: true };

/** A run itself, by its own token. */
export const isOfRun = ({ kind, token }: Principal): boolean => kind === 'token' && token?.startsWith('run:') === true;

/** Who asks for a run: an id, and behind a space the token that it came with, `token:<id>` or `run:<id>`, where there is one. */
export const requestedBy = (principal: Principal): string => {
  const { id, token } = principal;
  if (token === undefined) return id;
  return `${id} ${isOfRun(principal) ? token : `token:${token}`}`;
};

/** The owner that a principal's new jobs get: `user:<id>`. */
export const ownerOf = (principal: Principal): string => `user:${principal.id}`;

/** The owners whose things a principal may see; undefined: all. */
export const visibleOwners = (principal: Principal): string[] | undefined =>
  principal.admin ? undefined : [ownerOf(principal), ...(principal.groups ?? []).map((group) => `group:${group}`)];

/** Of these, those of one owner, where one is asked for; undefined: all. */
export const visibleOwnersAmong = (principal: Principal, owner: string | undefined): string[] | undefined => {
  const visible = visibleOwners(principal);
  if (owner === undefined) return visible;
  return visible === undefined || visible.includes(owner) ? [owner] : [];
};
