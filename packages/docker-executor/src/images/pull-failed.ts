import { type AttemptFailed, infrastructureFailed, startFailed } from '@runyard/core';
import type { ImageReference } from './image-reference.ts';

/**
 * What a pull that failed means, by the words that the engine passes on: its status tells nothing, being 500 for nearly everything. Where
 * the words are none that we know, it counts against the budget for what failed around a job.
 */
export const pullFailed = (words: string, ref: string, { host, repository }: ImageReference): AttemptFailed => {
  const sentence = `The image ${ref} cannot be pulled: ${words}`;
  // A name may hold any of the words looked for.
  const told = words.replaceAll(repository, '').replaceAll(host, '');
  if (silent.test(told)) return infrastructureFailed('registry-unreachable', sentence);
  if (refused.test(told)) return startFailed('image-pull', sentence);
  if (/no space left on device/i.test(told)) return infrastructureFailed('engine-disk-full', sentence);
  return infrastructureFailed('image-pull', sentence);
};

const silent = new RegExp(
  [
    'toomanyrequests|too many requests|rate limit',
    'unexpected (?:http )?(?:status|code).*\\b5\\d\\d\\b',
    '\\b50[0234]\\b',
    'no such host|server misbehaving|temporary failure in name resolution',
    'connection (?:refused|reset)|no route to host|network is unreachable|broken pipe',
    'timeout|timed out|deadline exceeded|request canceled',
    '\\bEOF\\b',
  ].join('|'),
  'i',
);

const refused = new RegExp(
  [
    'unauthorized|authentication required|no basic auth credentials|incorrect username or password',
    'denied|forbidden',
    'manifest unknown|name unknown|not found|does not exist|no matching manifest',
    'invalid reference|x509|HTTP response to HTTPS client|unsupported|mediatype',
  ].join('|'),
  'i',
);
