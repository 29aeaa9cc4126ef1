import type { IncomingHttpHeaders } from 'node:http';
import type { StatusObject } from './objects.ts';
import type { RefusalParts } from './refusal.ts';

/** From a `Status`, or from any text: under load, and from what stands before the API server, there is nothing else. */
export const readRefusal = (
  { status, headers, text }: { status: number; headers: IncomingHttpHeaders; text: string },
  now: number,
): RefusalParts => {
  const told = parseStatus(text);
  const retryAfterMs = retryAfterOf(headers['retry-after'], now) ?? seconds(told?.details?.retryAfterSeconds);
  return {
    status,
    reason: told?.reason ?? '',
    words: (told ? (told.message ?? '') : text).trim().slice(0, longestWords) || 'it says nothing',
    causes: told?.details?.causes ?? [],
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

const longestWords = 4096;

const parseStatus = (text: string): StatusObject | null => {
  if (!text.startsWith('{')) return null;
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === 'object' && told !== null && 'kind' in told && told.kind === 'Status'
      ? (told as StatusObject)
      : null;
  } catch {
    return null;
  }
};

// Seconds, or a date.
const retryAfterOf = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};

const seconds = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 ? value * 1000 : undefined;
