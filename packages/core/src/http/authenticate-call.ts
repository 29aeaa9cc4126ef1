import type { Authenticate } from '../access/directory/authenticator.ts';
import type { Principal } from '../access/principal.ts';
import { RunyardError } from '../domain/errors.ts';
import type { Native } from './http-app.ts';

/** Who is asking. The refusal is the same for every path, so that it tells nothing of what is there. */
export const authenticateCall = async (
  authenticate: Authenticate,
  request: Request,
  native: Native,
): Promise<Principal> => {
  const principal = await authenticate(request, 'req' in native ? { req: native.req } : {});
  if (principal) return principal;
  throw new RunyardError(
    'unauthenticated',
    'Send a valid token, as `Authorization: token <token>` or `Authorization: Bearer <token>`.',
  );
};
