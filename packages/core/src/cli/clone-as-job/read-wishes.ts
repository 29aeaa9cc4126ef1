import { parseCron } from '../../domain/schedule/cron.ts';
import { optionText, optionTexts } from '../client/options.ts';
import { type Given, UsageError } from '../command.ts';
import type { Wishes } from './facts.ts';
import { type FindingCode, findingCodes } from './finding.ts';

/** What was asked for. Throws `UsageError`, `invalid-cron` and `unknown-zone`. */
export const readWishes = (given: Given): Wishes => {
  const { options } = given;
  return {
    command: commandOf(given),
    name: optionText(given, 'name'),
    owner: optionText(given, 'owner'),
    executor: optionText(given, 'executor'),
    hardware: hardwareOf(given),
    size: optionText(given, 'size'),
    image: optionText(given, 'image'),
    schedule: scheduleOf(given),
    credential: optionText(given, 'credential'),
    remote: optionText(given, 'remote'),
    followBranch: options['follow-branch'] === true,
    env: envOf(given),
    secrets: secretsOf(given),
  };
};

/** Findings that are not to keep the job from being made: codes, and `CODE=PATH`. */
export const readAllowed = (given: Given): ReadonlySet<string> => {
  const codes = optionTexts(given, 'allow').flatMap((text) => (text.includes('=') ? [text] : text.split(',')));
  const refusals = Object.entries(findingCodes).filter(([, each]) => each.level === 'error' && !('final' in each));
  const known = refusals.map(([code]) => code);
  for (const each of codes) {
    const code = each.replace(/=.*$/s, '');
    if (!known.includes(code as FindingCode))
      throw new UsageError(`\`--allow\` must be one of ${known.join(', ')}; received ${JSON.stringify(code)}.`);
  }
  return new Set(codes);
};

// One word with spaces in it is what was typed for a shell; several are what a shell has made of what was typed.
const commandOf = ({ words, rest }: Given): Wishes['command'] => {
  if (words.length > 0) throw new UsageError(`Put \`--\` in front of the command: \`-- ${words.join(' ')}\`.`);
  const [first, ...others] = rest;
  if (first === undefined) throw new UsageError('Say which command: `clone-as-job -- python run.py`.');
  return others.length === 0 && /[\s;&|<>$`"'*?()]/.test(first) ? first : [...rest];
};

const hardwareOf = (given: Given): string | undefined => {
  const hardware = optionText(given, 'hardware');
  if (hardware === undefined || hardware === 'cpu' || hardware === 'gpu') return hardware;
  throw new UsageError(`\`--hardware\` must be cpu or gpu; received ${JSON.stringify(hardware)}.`);
};

const scheduleOf = (given: Given): Wishes['schedule'] => {
  const [cron, timezone] = [optionText(given, 'schedule'), optionText(given, 'timezone')];
  if (cron === undefined) {
    if (timezone !== undefined) throw new UsageError('`--timezone` goes with `--schedule`.');
    return undefined;
  }
  parseCron(cron, { timezone });
  return { cron, timezone };
};

// `NAME` takes along what is set here.
const envOf = (given: Given): Record<string, string> =>
  Object.fromEntries(
    optionTexts(given, 'env').map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      const value = given.terminal.env[text];
      if (value === undefined) throw new UsageError(`\`--env ${text}\` takes ${text} along, but it is not set here.`);
      return [text, value];
    }),
  );

// `LOCATION=NAME`, or one name for both.
const secretsOf = (given: Given): Record<string, string> =>
  Object.fromEntries(
    optionTexts(given, 'secret').map((text) => {
      const [location = text, name = location] = text.split('=', 2);
      if (/^[A-Za-z_]\w*$/.test(location) && name !== '') return [location, name];
      throw new UsageError('`--secret` must be VARIABLE=NAME-OF-SECRET, or one name for both.');
    }),
  );
