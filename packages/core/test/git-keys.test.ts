import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostOfOrigin, readOrigin } from '../src/access/git/https-origin.ts';
import { hostKeys, readKnownHosts } from '../src/access/git/known-hosts.ts';
import { newKeyPair } from '../src/access/git/new-key-pair.ts';
import { fingerprintOf, publicKeyLine } from '../src/access/git/public-key.ts';
import { publishedHostKeys } from '../src/access/git/published-host-keys.ts';
import { readPrivateKey } from '../src/access/git/read-private-key.ts';

// What ssh-keygen says of a key is what we have to say of it.

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-keys-'));
});
afterAll(() => rm(dir, { recursive: true }));

const keygen = (...args: string[]): string => execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: 'pipe' });

let made = 0;
const generated = async (...args: string[]) => {
  const file = join(dir, `key-${++made}`);
  keygen('-q', '-C', 'a comment', '-f', file, ...args);
  return { file, text: await readFile(file, 'utf8'), line: (await readFile(`${file}.pub`, 'utf8')).trim() };
};

const halvesOf = (line: string): string => line.trim().split(' ').slice(0, 2).join(' ');

const refusal = (given: unknown): { code: string; message: string; field: string } => {
  try {
    readPrivateKey(given, 'c');
  } catch (error) {
    return error as ReturnType<typeof refusal>;
  }
  throw new Error('it was taken');
};

it('ssh-keygen reads the pair that we make, with its comment, and sees the same public half and fingerprint', async () => {
  const { privateKey, blob } = newKeyPair('runyard: deploy of café');
  const file = join(dir, 'made');
  await writeFile(file, privateKey, { mode: 0o600 });
  const line = publicKeyLine(blob, 'runyard: deploy of café');
  expect(keygen('-y', '-P', '', '-f', file).trim()).toBe(line);
  expect(keygen('-l', '-f', file)).toContain(`256 ${fingerprintOf(blob)} `);
  expect(newKeyPair('x').privateKey).not.toBe(newKeyPair('x').privateKey);
  expect(readPrivateKey(privateKey, 'x')).toEqual({ privateKey, blob });
});

const kinds: [string, ...string[]][] = [
  ['ed25519', '-t', 'ed25519'],
  ['ecdsa 256', '-t', 'ecdsa', '-b', '256'],
  ['ecdsa 384', '-t', 'ecdsa', '-b', '384'],
  ['ecdsa 521', '-t', 'ecdsa', '-b', '521'],
  ['rsa', '-t', 'rsa', '-b', '2048'],
];

describe.each(kinds)('a key that is given: %s', (_, ...args) => {
  it('is taken as OpenSSH writes it, also with line ends of Windows and spaces around it', async () => {
    const { text, line } = await generated('-N', '', ...args);
    const { privateKey, blob } = readPrivateKey(`\r\n${text.replaceAll('\n', '\r\n')}  `, 'c');
    expect(privateKey).toBe(text);
    expect(halvesOf(publicKeyLine(blob, 'c'))).toBe(halvesOf(line));
  });

  it('is refused when a part of it is missing', async () => {
    const { text } = await generated('-N', '', ...args);
    const lines = text.trim().split('\n');
    const without = (at: number): string => lines.filter((_, i) => i !== at).join('\n');
    for (const at of [0, 1, lines.length - 2, lines.length - 1])
      expect(refusal(without(at))).toMatchObject({ code: 'invalid-credential', field: 'privateKey' });
    const [before, , ...behind] = lines;
    expect(refusal([before, 'A'.repeat(70), ...behind].join('\n')).message).not.toContain('AAAA');
  });

  it('is refused when its halves do not belong together', async () => {
    const { text, line } = await generated('-N', '', ...args);
    const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    const bytes = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
    const last = bytes.indexOf(blob) + blob.length - 1;
    bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
    const [first, end] = [text.split('\n')[0], text.trim().split('\n').at(-1)];
    const changed = [first, bytes.toString('base64'), end].join('\n');
    expect(refusal(changed).message).toContain('a key of which a part is missing or damaged');
  });

  it('is refused with a passphrase, with a sentence that shows nothing of it', async () => {
    const { text } = await generated('-N', 'correct-horse', ...args);
    const { message } = refusal(text);
    expect(message).toMatch(/encrypted with a passphrase.*ssh-keygen -p/);
    expect(message).not.toContain(text.split('\n')[1]);
  });

  it('is refused when it is the public half', async () => {
    const { line } = await generated('-N', '', ...args);
    expect(refusal(line).message).toMatch(/received a public key\. Give the other file/);
    expect(refusal(line).message).not.toContain(line.split(' ')[1]);
  });
});

it.each(['PKCS8', 'PEM'])('a key in %s is taken, and ssh reads what we keep of it', async (format) => {
  for (const args of kinds.filter(([name]) => name !== 'ed25519').map(([, ...rest]) => rest)) {
    const { text, line } = await generated('-N', '', '-m', format, ...args);
    const { privateKey, blob } = readPrivateKey(text, 'c');
    expect(halvesOf(publicKeyLine(blob, 'c'))).toBe(halvesOf(line));
    const file = join(dir, `kept-${++made}`);
    await writeFile(file, privateKey, { mode: 0o600 });
    expect(halvesOf(keygen('-y', '-P', '', '-f', file))).toBe(halvesOf(line));
  }
});

it('an Ed25519 key in PEM, which not every ssh reads, is kept in the form of OpenSSH', async () => {
  const { privateKey: pem } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  });
  const { privateKey, blob } = readPrivateKey(pem, 'c');
  const file = join(dir, 'from-pem');
  await writeFile(file, privateKey, { mode: 0o600 });
  expect(keygen('-y', '-P', '', '-f', file).trim()).toBe(publicKeyLine(blob, 'c'));
});

it('what is no key that ssh could use is refused with what it is', () => {
  const pem = (type: 'dsa' | 'x25519' | 'ed448'): string => {
    const { privateKey } =
      type === 'dsa'
        ? generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
        : generateKeyPairSync(type as 'ed448');
    return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  };
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string;
  expect(refusal(encrypted).message).toContain('passphrase');
  expect(refusal(pem('dsa')).message).toContain('a key of the type dsa');
  expect(refusal(pem('ed448')).message).toContain('a key of the type ed448');
  expect(refusal('PuTTY-User-Key-File-3: ssh-ed25519\n').message).toContain('PuTTYgen');
  expect(refusal('hunter2-is-no-key').message).toMatch(/received a text that is no key/);
  expect(refusal('hunter2-is-no-key').message).not.toContain('hunter2');
  expect(refusal(undefined).message).toContain('received nothing');
  expect(refusal({ key: 'hunter2' }).message).toContain('received an object');
  expect(refusal('x'.repeat(20_000)).message).toContain('more than 16384 bytes');
});

describe('known hosts', () => {
  const key = `ssh-ed25519 ${newKeyPair('x').blob.toString('base64')}`;

  it('are kept line by line, without comments and empty lines', () => {
    const lines = [
      `git.example.org ${key}`,
      `[git.example.org]:2222,10.0.0.1 ${key} with a comment`,
      `|1|c2FsdA==|aGFzaA== ${key}`,
      `@cert-authority *.example.org ${key}`,
      `@revoked * ${key}`,
    ];
    const expected = lines.map((line) => `${line}\n`).join('');
    expect(readKnownHosts(`# a comment\r\n\r\n  ${lines.join('\r\n')}`)).toBe(expected);
    expect(readKnownHosts('')).toBe('');
  });

  it.each([
    ['a fingerprint', 'git.example.org SHA256:abc'],
    ['a key without a host', key],
    ['a host without a key', 'git.example.org'],
    ['a key of another type than it says', `git.example.org ssh-rsa ${key.split(' ')[1]}`],
    ['a damaged key', `git.example.org ssh-ed25519 ${key.split(' ')[1]?.slice(5)}`],
    ['an unknown marker', `@trusted git.example.org ${key}`],
    ['a control character', `git.example.org ${key} \u0007`],
  ])('are refused with the number of the line where one is %s', (_, line) => {
    expect(() => readKnownHosts(`a.example ${key}\n${line}\n`)).toThrow(/`knownHosts`.*line 2/);
  });

  it('that their owners publish have the fingerprints that they publish', () => {
    // As the pages that the file names show them.
    expect(hostKeys(publishedHostKeys).map(({ host, fingerprint }) => `${host} ${fingerprint}`)).toEqual([
      'github.com SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
      'github.com SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
      'github.com SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s',
      'gitlab.com SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8',
      'gitlab.com SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw',
      'gitlab.com SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ',
    ]);
  });
});

describe('the host of a token', () => {
  it.each([
    ['git.example.org', 'https://git.example.org', 'git.example.org'],
    ['Git.Example.org:443', 'https://git.example.org', 'git.example.org'],
    ['https://git.example.org:8443/', 'https://git.example.org:8443', 'git.example.org:8443'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['[::1]:3000', 'https://[::1]:3000', '[::1]:3000'],
  ])('%s', (given, origin, shown) => {
    expect(readOrigin(given)).toBe(origin);
    expect(hostOfOrigin(origin)).toBe(shown);
  });

  it.each([
    '',
    '*',
    '*.example.org',
    'git.example.org/group',
    'user@git.example.org',
    'a b',
    'a:99999',
    '-x',
    'ssh://a',
  ])('is not %j', (given) => {
    expect(() => readOrigin(given)).toThrow(expect.objectContaining({ code: 'invalid-credential', field: 'host' }));
  });

  it('is refused without showing a token that somebody wrote before it', () => {
    expect(() => readOrigin('https://oauth2:hunter2@git.example.org')).toThrow(/^((?!hunter2).)*$/);
  });
});
