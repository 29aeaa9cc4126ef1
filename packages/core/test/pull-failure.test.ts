import { describe, expect, it } from 'vitest';
import { pullFailure } from '../src/adapters/shared/executor-kit/pull-failure.ts';

const of = (words: string, ref = 'reg.example/team/app:1') => {
  const names = [ref.replace(/^[^/]*\//, ''), ref.replace(/^[^/]*\/|:[^:]*$/g, ''), ref.replace(/\/.*/, '')];
  return pullFailure(words, { ref, names }).outcome;
};

describe('a pull that failed', () => {
  it.each([
    ['failed to do request: Head "http://reg.example/v2/": dial tcp: connect: connection refused', 'silent'],
    ['failed with status code [manifests 1]: 503 Service Unavailable', 'silent'],
    ['toomanyrequests: You have reached your pull rate limit', 'silent'],
    ['dial tcp: lookup reg.example: no such host', 'silent'],
    ['context deadline exceeded', 'silent'],
    ['rpc error: code = NotFound desc = failed to resolve reference "reg.example/team/app:1": not found', 'refused'],
    ['pulling from host reg.example failed with status code [manifests 1]: 401 Unauthorized', 'refused'],
    ['pull access denied, repository does not exist or may require authorization', 'refused'],
    ['write /var/lib/containerd/x: no space left on device', 'full'],
    ['something that nobody has heard of', 'unknown'],
  ])('with `%s` is told apart by its words: %s', (words, kind) => {
    expect(of(words)).toEqual(
      {
        silent: { class: 'infrastructure', reason: 'registry-unreachable', sentence: expect.stringContaining(words) },
        refused: { class: 'start-failed', reason: 'image-pull', sentence: expect.stringContaining(words) },
        full: { class: 'infrastructure', reason: 'engine-disk-full', sentence: expect.stringContaining(words) },
        unknown: { class: 'infrastructure', reason: 'image-pull', sentence: expect.stringContaining(words) },
      }[kind],
    );
  });

  it("is not judged by the letters of the image's own name", () => {
    expect(of('odd: "reg.example/denied/app:503"', 'reg.example/denied/app:503')).toMatchObject({
      reason: 'image-pull',
    });
    expect(of('odd: "mirror/denied/app:503"', 'reg.example/denied/app:503').class).toBe('infrastructure');
    expect(of('denied/app:503: not found', 'reg.example/denied/app:503').class).toBe('start-failed');
    expect(of('denied/app: x: timeout', 'reg.example/denied/app:timeout')).toMatchObject({
      reason: 'registry-unreachable',
    });
  });
});
