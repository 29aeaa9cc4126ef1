import type { Given } from '../command.ts';
import { UsageError } from '../command.ts';

/** The exit codes of every command that asks a server. */
export const askingExits =
  '64 wrongly called; 69 the server cannot be reached; 77 the token does not allow it; 1 refused otherwise.';

export const optionText = ({ options }: Given, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

export const optionTexts = ({ options }: Given, name: string): string[] => {
  const value = options[name];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
};

/** A whole number from 1 (or `least`) to `most`; `otherwise` where none was given. */
export const optionNumber = (
  given: Given,
  name: string,
  { least = 1, most, otherwise }: { least?: number; most: number; otherwise: number },
): number => {
  const text = optionText(given, name);
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(
    `\`--${name}\` must be a whole number from ${least} to ${most}; received ${JSON.stringify(text)}.`,
  );
};

/** `K=V`, several times. */
export const optionPairs = (given: Given, name: string): Record<string, string> =>
  Object.fromEntries(
    optionTexts(given, name).map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      // What stands there may be a value whose name was forgotten.
      throw new UsageError(`\`--${name}\` must be NAME=VALUE.`);
    }),
  );
