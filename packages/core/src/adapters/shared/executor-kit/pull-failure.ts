import { type AttemptFailed, infrastructureFailed, startFailed } from '../../../domain/run/launch-errors.ts';

/**
 * What it means for an attempt that an image could not be pulled, by the words that its engine passes on: whatever else engines tell is the same
 * for nearly everything. Where the words are none that we know, it counts against the budget for what failed around a job.
 *
 * `names`: the image's host, its repository, and that with its tag, whose own letters say nothing.
 */
export const pullFailure = (
  words: string,
  { ref, names }: { ref: string; names: readonly string[] },
): AttemptFailed => {
  const sentence = `The image ${ref} cannot be pulled: ${words}`;
  const told = [ref, ...names].sort(longestFirst).reduce((left, name) => left.replaceAll(name, ''), words);
  if (silent.test(told)) return infrastructureFailed('registry-unreachable', sentence);
  if (refused.test(told)) return startFailed('image-pull', sentence);
  if (/no space left on device/i.test(told)) return infrastructureFailed('engine-disk-full', sentence);
  return infrastructureFailed('image-pull', sentence);
};

const longestFirst = (a: string, b: string): number => b.length - a.length;

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
