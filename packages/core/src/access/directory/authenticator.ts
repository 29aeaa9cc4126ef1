import type { KeyObject } from 'node:crypto';
import { RunyardError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/host.ts';
import type { Store } from '../../ports/store.ts';
import { runOfJobToken } from '../job-token.ts';
import { namedPrincipal } from '../known-principal.ts';
import { presentedToken } from '../presented-token.ts';
import type { Principal } from '../principal.ts';
import { principalOfToken, type TokenRecord } from '../token.ts';
import { wholeRequest } from '../whole-request.ts';
import { clientAddress } from './client-address.ts';
import { newGuesses } from './guesses.ts';
import { newUseNotes } from './note-use.ts';
import { principalOfRun } from './principal-of-run.ts';
import { principalOfDirectoryToken } from './principal-of-token.ts';
import { principalOfName } from './principal-of-user.ts';

/** Tells who an HTTP request comes from; null: nobody that it knows. May reject with a `RunyardError`, as ours does for a token that has expired (`unauthenticated`). Called again where the body of the request was long in coming. */
export type Authenticate = (
  request: Request,
  native: { req?: unknown },
) => Principal | null | Promise<Principal | null>;

export interface AuthenticatorParts {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** The host's own token records; null: it gave none. */
  records: readonly TokenRecord[] | null;
  /** Users, groups and their tokens are kept in the store. */
  directory: boolean;
  /** Of the installation, for job tokens; null: runs get none. */
  jobTokenKey: KeyObject | null;
}

/**
 * Who is asking, by the first who knows: the host's own `authenticate`; else the host's token records, unless an `authenticate` of some routes
 * takes their place; else the directory; else, for a run, its own token. Whom the host names is looked up in the directory, and gets his groups. Tokens that never were are counted, and after ten in a
 * minute refused with `too-many-guesses`; one that is valid is good whatever came before it.
 */
export const newAuthenticator = (
  parts: AuthenticatorParts,
): ((own: Authenticate | null, ofRoutes?: boolean) => Authenticate | null) => {
  const { clock, logger, records, directory, jobTokenKey } = parts;
  const guesses = newGuesses(
    () => clock.monotonic(),
    (source) => logger.warn({ source }, 'tokens that are not valid came ten times in a minute: they are slowed'),
  );
  const noteUse = newUseNotes(parts);

  const principalOf = async (token: string, takesRecords: boolean): Promise<Principal | 'over' | 'expired' | null> => {
    const recorded = records && takesRecords ? principalOfToken(token, records, clock.now()) : null;
    if (recorded) return recorded;
    const known = directory ? await principalOfDirectoryToken(parts, token) : null;
    if (known === 'over' || known === 'expired') return known;
    if (known) noteUse(known.document);
    if (known) return known.principal;
    const runId = jobTokenKey && runOfJobToken(token, jobTokenKey);
    return runId === null ? null : principalOfRun(parts.store, runId);
  };

  return (own, ofRoutes = false) => {
    if (own === null && records === null && !directory) return null;
    return async (request, native) => {
      const given = own && (await own(wholeRequest(request), native));
      const named = given ? namedPrincipal(given) : null;
      if (named) return directory ? inDirectory(parts.store, named) : named;
      const token = presentedToken(request);
      // What a host's own tokens look like, and how often one may guess them, is the host's business.
      if (token === null || (own && !/^ry[dj]_/.test(token))) return null;
      const principal = await principalOf(token, !ofRoutes);
      if (principal === 'expired') throw expired();
      if (principal) return principal === 'over' ? null : principal;
      const waitMs = guesses.missed({ address: clientAddress(native), token });
      if (waitMs > 0) throw tooMany(waitMs);
      return null;
    };
  };
};

// What the host says of him comes first: its scopes narrow, and its word on who is an admin counts.
const inDirectory = async (store: Store, named: Principal): Promise<Principal> => {
  // It asked us.
  if (named.directory !== undefined) return named;
  const user = named.kind === 'user' ? await principalOfName(store, named.id) : null;
  if (!user) return notOurs(store, named);
  const groups = [...new Set([...(named.groups ?? []), ...(user.groups ?? [])])];
  return { ...user, ...named, id: user.id, groups, directory: 'name' };
};

// Who is called as the record of another in the directory would own what that one owns.
const notOurs = async (store: Store, named: Principal): Promise<Principal> => {
  if (!/^[0-9a-f]{32}$/.test(named.id) || !(await store.document('user', named.id))) return named;
  throw new RunyardError(
    'invalid-option',
    `\`authenticate(request).id\` is '${named.id}', which is the id of a user of the directory and nobody's \`externalId\`: ` +
      'let it tell the id under which your service knows him, and set that as his `externalId`.',
    { field: 'authenticate(request).id', expected: 'an external id', received: named.id },
  );
};

// That is told only to who has it. Clients that refresh tokens ask for another one by this word.
const expired = (): RunyardError =>
  new RunyardError(
    'unauthenticated',
    'This token has expired: make a new one (`POST /tokens`, or ask an admin for one), and put it where this one is.',
  );

const tooMany = (waitMs: number): RunyardError =>
  new RunyardError(
    'too-many-guesses',
    `Tokens that are not valid came too often from here: wait ${Math.ceil(waitMs / 1000)} s before the next. A valid one is taken at any time.`,
    { retryAfterMs: waitMs },
  );
