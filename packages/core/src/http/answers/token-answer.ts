import type { z } from 'zod';
import type { Minted, TokenView } from '../../services/tokens/api.ts';
import type { mintedToken, token as tokenSchema } from '../schemas/tokens.ts';
import { toTimestamp, toTimestampOrNull } from './time.ts';

/** What there is to know of a token, on the wire. */
export const tokenAnswer = (token: TokenView): z.output<typeof tokenSchema> => ({
  id: token.id,
  name: token.name,
  description: token.name,
  user_id: token.userId,
  group_id: null,
  scopes: token.scopes,
  scope: token.scopes?.join(' ') ?? null,
  job_id: token.jobId,
  expires_at: toTimestampOrNull(token.expiresAt),
  refresh_expires_at: null,
  last_used_at: toTimestampOrNull(token.lastUsedAt),
  replaced_by: token.replacedBy,
  created_at: toTimestamp(token.createdAt),
});

/** With the token itself, this once. */
export const mintedAnswer = ({ token, view }: Minted): z.output<typeof mintedToken> => ({
  ...tokenAnswer(view),
  access_token: token,
  refresh_token: null,
});
