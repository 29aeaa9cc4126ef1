import { expect, it } from 'vitest';
import { launchFailure } from '../src/adapters/git-source/failures.ts';
import { GitFailed } from '../src/adapters/git-source/git.ts';

// What cannot be brought about in a test: git's words, and what they mean.

it.each([
  ['fatal: write error: No space left on device', 'data-dir-unusable'],
  ['error: unable to create temporary file: Disk quota exceeded\nfatal: index-pack failed', 'data-dir-unusable'],
  ['fatal: the remote end hung up unexpectedly', 'source-unreachable'],
  ['error: RPC failed; curl 56 Recv failure: Connection reset by peer\nfatal: early EOF', 'source-unreachable'],
  ["fatal: unable to access 'https://h/': SSL certificate problem: certificate has expired", 'source-unreachable'],
  ['something that git says in ten years', 'source-unreachable'],
  ['', 'source-unreachable'],
])('%j is infrastructure', (stderr, reason) => {
  const { outcome } = launchFailure(new GitFailed(128, stderr), 'https://h/x');
  expect(outcome).toMatchObject({ class: 'infrastructure', reason });
});

it('a full disk under us is infrastructure as well', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, link'), { code: 'ENOSPC' });
  expect(launchFailure(error, 'https://h/x').outcome).toMatchObject({
    class: 'infrastructure',
    reason: 'data-dir-unusable',
  });
});

it("the sentence has git's words, without its progress", () => {
  const progress = 'remote: Counting objects: 100% (3/3)\rReceiving objects:  50% (1/2)\r\n';
  const { outcome } = launchFailure(new GitFailed(128, `${progress}fatal: bad luck\n`), 'https://h/x');
  expect(outcome.sentence).toBe('The repository https://h/x could not be reached. git says: fatal: bad luck');
});
