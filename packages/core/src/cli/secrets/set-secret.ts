import { type Client, clientFor } from '../client/client.ts';
import { Refused } from '../client/errors.ts';
import { optionText } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import type { SecretShape } from '../client/shapes.ts';
import { type Given, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

/** Makes a secret, or gives the one of that owner and name another value. */
export const setSecret = async (given: Given, name: string): Promise<Report> => {
  const client = await clientFor(given);
  const value = readValue(await given.terminal.secret(`Value of ${name}, which is not shown: `));
  const description = optionText(given, 'description');
  const owner = optionText(given, 'owner');
  const change = { value, ...(description !== undefined && { description }) };
  const { secret, verb } = await written(client, { ...change, name, ...(owner !== undefined && { owner }) }, change);
  return {
    exit: exitCodes.done,
    lines: [`${verb} secret ${secret.name} of ${ownerText(secret.owner)} (${secret.id}).`],
    json: { secret, change: verb.toLowerCase() },
  };
};

// Whether there is one is only asked by making it: so two calls at once, and one that is repeated, come to the same.
const written = async (
  client: Client,
  whole: object,
  change: object,
): Promise<{ secret: SecretShape; verb: 'Created' | 'Changed' }> => {
  try {
    const secret = await client.send<SecretShape>('POST', '/secrets', { body: whole, repeatable: true });
    return { secret, verb: 'Created' };
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'name-in-use' || error.id === undefined) throw error;
    const path = `/secrets/${error.id}`;
    return {
      secret: await client.send<SecretShape>('PATCH', path, { body: change, repeatable: true }),
      verb: 'Changed',
    };
  }
};

// What `echo` puts behind a line is none of it; a key in several lines wants its last line break.
const readValue = (given: string): string => {
  const line = given.replace(/\r?\n$/, '');
  const value = line.includes('\n') ? given : line;
  if (value === '') throw new UsageError('The value is read from stdin, which was empty.');
  if (value.includes('\uFFFD'))
    throw new UsageError('The value is no text in UTF-8: store its base64, and let the job decode it.');
  return value;
};
