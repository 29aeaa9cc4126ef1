import type { Principal } from './principal.ts';
import { principalOfToken, type TokenRecord } from './token.ts';

/** Reads `Authorization: token <t>` and `Authorization: Bearer <t>` (any case) against the host's own token records. */
export const tokenAuthenticator =
  (records: readonly TokenRecord[], now: () => number): ((request: Request) => Principal | null) =>
  (request) => {
    const token = /^(?:token|bearer) +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    return token === undefined ? null : principalOfToken(token, records, now());
  };
