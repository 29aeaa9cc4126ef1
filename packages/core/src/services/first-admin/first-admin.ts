import { rm } from 'node:fs/promises';
import { nobody, type TokenData, type UserData, type UserDocument } from '../../access/directory/data.ts';
import { everyDocument } from '../../access/directory/every-document.ts';
import { hasLastingAdminToken } from '../../access/directory/lasting-token.ts';
import { systemPrincipal } from '../../access/principal.ts';
import { isRunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { dropDocument, makeDocument } from '../documents/write-document.ts';
import { handOut } from './hand-out.ts';

export interface FirstAdmin {
  /** At start: sees to it that somebody can become an admin with a token that stays. */
  begin(): Promise<void>;
  /** Somebody was given a token: where an admin has a lasting one now, the one-time tokens and their file go. */
  onMinted(): Promise<void>;
}

export interface FirstAdminParts {
  context: EngineContext;
  /** What he is called where he has to be made. */
  name: string;
  /** Where his one-time token is written. */
  file: string;
  /** Of the data directory: each has its own one-time token. */
  place: string;
}

/**
 * Without an admin in the store, makes one; and until an admin has a lasting token, writes a one-time token into a file that only the host can read.
 * Whoever is killed in between does it again at the next start, and of several instances that start at once one makes him.
 */
export const newFirstAdmin = ({ context, name, file, place }: FirstAdminParts): FirstAdmin => {
  const { store, clock, logger } = context;
  let isWaiting = false;

  const end = async (): Promise<void> => {
    isWaiting = false;
    for await (const document of everyDocument<TokenData>(store, { kind: 'token', owners: [nobody] }))
      await dropDocument(context, systemPrincipal, { document, told: { deed: 'revoked' } });
    await rm(file, { force: true });
  };

  return {
    async begin() {
      if (await hasLastingAdminToken(store, clock.now())) return end();
      const admin = (await findAdmin(context)) ?? (await makeAdmin(context, name));
      if (!admin) return logger.error({ name }, nameTaken);
      await handOut(context, { admin, file, place });
      isWaiting = true;
      logger.warn(
        { user: admin.name, file },
        'no admin has a token yet: a one-time token for the first one is in this file',
      );
    },

    async onMinted() {
      if (!isWaiting) return;
      try {
        if (await hasLastingAdminToken(store, clock.now())) await end();
      } catch (error) {
        isWaiting = true;
        logger.warn(
          { err: error, file },
          'the one-time token is dead, but could not be removed yet; it is at the next start',
        );
      }
    },
  };
};

const nameTaken =
  'there is no admin, and the name that `directory.firstAdmin` gives is that of somebody who is none: choose another, or make him one with `runyard.users.update`';

const findAdmin = async ({ store }: EngineContext): Promise<UserDocument | null> => {
  for await (const user of everyDocument<UserData>(store, { kind: 'user' })) if (user.data.admin) return user;
  return null;
};

// Another instance may have made him just now. A host's users may be called as they like: none of them is to become him by his name.
const makeAdmin = async (context: EngineContext, name: string): Promise<UserDocument | null> => {
  const data: UserData = { displayName: null, email: null, admin: true };
  const told = { deed: 'created', details: { admin: true, first: true } };
  try {
    const given = { kind: 'user', owner: '', name, data } as const;
    return await makeDocument<UserData>(context, systemPrincipal, { given, told });
  } catch (error) {
    if (isRunyardError(error) && error.code === 'name-in-use') return findAdmin(context);
    throw error;
  }
};
