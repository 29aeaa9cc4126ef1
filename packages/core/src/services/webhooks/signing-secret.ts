import { randomBytes } from 'node:crypto';
import type { Vault } from '../../access/vault/vault.ts';
import { keyOf, leastKeyBytes as leastBytes, secretPrefix } from '../../access/webhook-signature.ts';
import { RunyardError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/kind-of.ts';
import type { WebhookDocument } from './webhook-view.ts';

/** What is sealed of a webhook: by what it signs, and by what else until when, epoch ms. */
export interface SigningSecrets {
  current: string;
  old: { secret: string; until: number } | null;
}

const mostBytes = 64;

/** The secret that was given, always as `whsec_` and base64; else a new one. Throws `invalid-webhook`, without what was given. */
export const readSigningSecret = (given: unknown): string => {
  if (given === undefined) return `${secretPrefix}${randomBytes(32).toString('base64')}`;
  const key = typeof given === 'string' ? keyOf(given) : null;
  if (key && key.length >= leastBytes && key.length <= mostBytes) return `${secretPrefix}${key.toString('base64')}`;
  const expected = `'${secretPrefix}' and the base64 of ${leastBytes} to ${mostBytes} bytes, or a text of ${leastBytes} to ${mostBytes} bytes`;
  const received = key ? `one of ${key.length} bytes` : typeof given === 'string' ? 'no base64' : kindOf(given);
  throw new RunyardError(
    'invalid-webhook',
    `\`secret\` is not valid: expected ${expected}, received ${received}. Leave it out for a new one.`,
    { field: 'secret', expected, received },
  );
};

export const openSecrets = (vault: Vault, webhook: WebhookDocument): SigningSecrets => JSON.parse(vault.open(webhook));

/** By which it signs now. */
export const signingNow = ({ current, old }: SigningSecrets, now: number): string[] =>
  old && old.until > now ? [current, old.secret] : [current];
