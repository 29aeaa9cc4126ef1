import { refusal } from './refusal.ts';

/** Of `resourceVersion`. Throws 500, as the server does. */
export function readVersion(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw refusal(
    500,
    `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}
