import { clientFor } from '../client/client.ts';
import { optionNumber, optionText } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import type { SecretShape } from '../client/shapes.ts';
import type { Given, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { paintFor } from '../output/paint.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/time.ts';

/** The secrets that one may see, without their values. */
export const listSecrets = async (given: Given): Promise<Report> => {
  const limit = optionNumber(given, 'limit', { most: 1_000, otherwise: 100 });
  const client = await clientFor(given);
  const query = { owner: optionText(given, 'owner'), page_size: limit };
  const page = await client.get<{ secrets: SecretShape[]; next_key?: string }>('/secrets', query);
  const paint = paintFor(given.terminal);
  const rows = page.secrets.map(({ id, name, owner, description, updated_at: at }) => [
    name,
    ownerText(owner),
    description,
    localTime(at),
    paint.faint(id),
  ]);
  return {
    exit: exitCodes.done,
    lines: [
      ...table(['NAME', 'OWNER', 'DESCRIPTION', 'CHANGED', 'ID'], rows),
      ...(page.next_key === undefined ? [] : [`There are more than ${limit}: --limit N, or --owner OWNER.`]),
    ],
    json: { secrets: page.secrets },
  };
};
