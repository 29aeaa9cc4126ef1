import { describe, expect, it } from 'vitest';
import { engineReference, parseImageReference } from '../src/images/image-reference.ts';

const hex = 'a'.repeat(64);

describe('an image reference', () => {
  it.each([
    ['busybox', 'docker.io', 'library/busybox', 'latest', null, 'busybox:latest'],
    ['docker.io/library/busybox:1.36', 'docker.io', 'library/busybox', '1.36', null, 'busybox:1.36'],
    ['index.docker.io/me/train', 'docker.io', 'me/train', 'latest', null, 'me/train:latest'],
    ['localhost/train', 'localhost', 'train', 'latest', null, 'localhost/train:latest'],
    ['127.0.0.1:5000/a/b:v1', '127.0.0.1:5000', 'a/b', 'v1', null, '127.0.0.1:5000/a/b:v1'],
    ['[::1]:5000/a', '[::1]:5000', 'a', 'latest', null, '[::1]:5000/a:latest'],
    ['reg.example/a_b--c.d__e', 'reg.example', 'a_b--c.d__e', 'latest', null, 'reg.example/a_b--c.d__e:latest'],
    [`a/b@sha256:${hex}`, 'docker.io', 'a/b', null, `sha256:${hex}`, `a/b@sha256:${hex}`],
    [`a/b:v1@sha256:${hex}`, 'docker.io', 'a/b', 'v1', `sha256:${hex}`, `a/b@sha256:${hex}`],
  ])('%s is read as Docker reads it', (text, host, repository, tag, digest, asked) => {
    const read = parseImageReference(text);
    expect(read).toMatchObject({ host, repository, tag, digest });
    expect(engineReference(read)).toBe(asked);
  });

  it.each([
    ['https://reg.example/a', 'protocol'],
    ['Train', "'train'"],
    ['a/b:', 'tag'],
    ['a/b:-x', 'tag'],
    [`a/b:${'x'.repeat(129)}`, 'tag'],
    ['a/b@sha256:abc', 'digest'],
    ['a@sha256:x@sha256:y', 'more than one @'],
    ['a//b', 'not a repository'],
    ['a/b/', 'not a repository'],
    ['a b', 'not a repository'],
    ['a;rm -rf', 'not a repository'],
    ['-x.example/a', 'not a host'],
    ['reg.example:port/a', 'not a host'],
    ['', 'no repository'],
    [`a/${'b'.repeat(254)}`, 'longer than 255'],
  ])('%s is refused with what is wrong with it', (text, words) => {
    expect(() => parseImageReference(text)).toThrow(
      expect.objectContaining({ code: 'invalid-job', field: 'image', message: expect.stringContaining(words) }),
    );
  });
});
