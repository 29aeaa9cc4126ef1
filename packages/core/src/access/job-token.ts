import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { hasCheckSum, inDigits, withCheckSum } from './token-text.ts';

/**
 * The token that a run gets: `ryj_<run id>_<HMAC-SHA256 of it, 43 characters><check sum, 6 characters>`. Nothing of it is stored: whoever has the
 * installation's key can tell a real one. As a `KeyObject`, since one is made of any other key at each call.
 */
export const jobToken = (runId: string, key: KeyObject): string => {
  const mac = createHmac('sha256', key).update(`runyard job token of ${runId}`).digest();
  return withCheckSum(`ryj_${runId}_${inDigits(mac, 43)}`);
};

/** The run that a job token was made for; null where it is none, or one of another installation. */
export const runOfJobToken = (token: string, key: KeyObject): string | null => {
  const [, runId] = /^ryj_([0-9a-f]{32})_[0-9A-Za-z]{49}$/.exec(token) ?? [];
  if (runId === undefined || !hasCheckSum(token)) return null;
  return timingSafeEqual(Buffer.from(jobToken(runId, key)), Buffer.from(token)) ? runId : null;
};
