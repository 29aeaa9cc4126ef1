import type { z } from 'zod';
import type { UserData, UserDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import { isRunyardError } from '../../domain/errors.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import type { EngineContext } from '../../engine/context.ts';
import { directoryOnly } from '../directory-only.ts';
import { changeDocument } from '../documents/write-document.ts';
import type { UserInput, UserView } from './api.ts';
import { nothingUnder } from './nothing-under.ts';
import { otherAdminStays } from './other-admin-stays.ts';
import { takenName } from './taken-name.ts';
import { userPatchSchema } from './user-schema.ts';
import { userView } from './user-view.ts';

export interface UserEdit {
  /** Reads him, for somebody who may change him. */
  find(): Promise<UserDocument>;
  patch: Partial<UserInput>;
}

/** How often he is made no admin anew where another admin is changed meanwhile. */
const tries = 20;

export const updateUser = async (context: EngineContext, principal: Principal, edit: UserEdit): Promise<UserView> => {
  for (let attempt = 1; ; attempt++) {
    const user = await edit.find();
    directoryOnly(context);
    const given = parseWith(userPatchSchema, edit.patch, { code: 'invalid-request' });
    const isDemoted = user.data.admin && given.admin === false;
    try {
      return await write(context, principal, { user, given, isDemoted });
    } catch (error) {
      if (!isDemoted || attempt === tries || !isRunyardError(error) || error.code !== 'edit-conflict') throw error;
    }
  }
};

const write = async (
  context: EngineContext,
  principal: Principal,
  { user, given, isDemoted }: { user: UserDocument; given: z.output<typeof userPatchSchema>; isDemoted: boolean },
): Promise<UserView> => {
  const { name = user.name, externalId = user.lookup, ...others } = given;
  const data: UserData = { ...user.data, ...withoutUndefined(others) };
  const changed = Object.entries(given).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (externalId !== user.lookup) await nothingUnder(context, externalId);
  const change = { name, lookup: externalId, data };
  const told = {
    deed: 'changed',
    details: { changed, ...(given.admin !== undefined && { admin: given.admin }) },
    with: isDemoted ? [await otherAdminStays(context, user)] : [],
  };
  const next = await changeDocument(context, principal, { document: user, change, told }).catch(
    takenName(context, { name, externalId }),
  );
  return userView(next);
};

const withoutUndefined = (given: { [K in keyof UserData]?: UserData[K] | undefined }): Partial<UserData> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
