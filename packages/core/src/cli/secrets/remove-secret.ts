import { type Client, clientFor } from '../client/client.ts';
import { Refused } from '../client/errors.ts';
import { unlessMissing } from '../client/find-job.ts';
import { optionText } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import { isId, type SecretShape } from '../client/shapes.ts';
import { type Given, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

/** Removes a secret. One that somebody else removes meanwhile is removed. */
export const removeSecret = async (given: Given, which: string): Promise<Report> => {
  const client = await clientFor(given);
  const secret = await findSecret(client, which, optionText(given, 'owner'));
  const query = { allow_in_use: given.options['allow-in-use'] === true };
  const path = `/secrets/${secret.id}`;
  await unlessMissing(client.send('DELETE', path, { query, repeatable: true })).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.code !== 'secret-in-use') throw error;
    throw new Refused(`${error.message} Here: --allow-in-use.`, error);
  });
  return {
    exit: exitCodes.done,
    lines: [`Removed secret ${secret.name} of ${ownerText(secret.owner)} (${secret.id}).`],
    json: { removed: { id: secret.id, name: secret.name, owner: secret.owner.id } },
  };
};

const findSecret = async (client: Client, which: string, owner: string | undefined): Promise<SecretShape> => {
  const known = isId(which) ? await unlessMissing(client.get<SecretShape>(`/secrets/${which}`)) : null;
  if (known !== null) return known;
  const { secrets } = await client.get<{ secrets: SecretShape[] }>('/secrets', { name: which, owner, page_size: 1000 });
  const [secret, other] = secrets;
  if (secret === undefined)
    throw new Refused(
      `There is no secret ${which}${owner === undefined ? '' : ` of ${owner}`}, or you may not see it.`,
      {
        status: 404,
        code: 'secret-not-found',
      },
    );
  if (other === undefined) return secret;
  const owners = secrets.map((each) => ownerText(each.owner)).join(', ');
  throw new UsageError(
    `There are ${secrets.length} secrets ${which}: say which by --owner (${owners}), or give the id.`,
  );
};
