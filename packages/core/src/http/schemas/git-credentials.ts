import { z } from 'zod';
import { parseOrigin } from '../../access/git/https-origin.ts';
import { lineOf, nameText } from '../../services/documents/texts.ts';
import { id, keys, owner, time } from './answers.ts';
import { jobExample } from './examples.ts';
import { owner as ownerReference } from './job-request.ts';

/* Git credentials. What is secret of one is only ever sent to us. */

const common = {
  name: nameText.describe('Unique for its owner; by this name a source of a job names it.'),
  owner: ownerReference.optional(),
  description: z.string().max(2048).optional().describe('Everybody who may see the credential can read it.'),
};

const privateKey = z
  .string()
  .min(1)
  .max(16_384)
  .describe('As `ssh-keygen` writes it, without a passphrase. It is told to nobody.')
  .meta({ writeOnly: true });
const knownHosts = z
  .string()
  .max(65_536)
  .describe(
    'Lines of `known_hosts`: the host keys that are believed. Default: those that github.com and gitlab.com publish.',
  );
const token = z
  .string()
  .min(1)
  .max(4096)
  .describe('A token or a password, on one line. It is told to nobody.')
  .meta({ writeOnly: true });
// What is no host is refused here, where nothing is quoted: it may be a token in the wrong field.
const host = z
  .string()
  .min(1)
  .max(300)
  .refine(
    (text) => parseOrigin(text) !== null,
    'expected the name of one host, with its port where that is not 443, such as git.example.org:8443',
  )
  .describe('The one host that it is sent to: `git.example.org:8443`; with `http://` before it where it has no TLS.');
const username = lineOf(255);

export const gitCredentialCreate = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ssh'),
    ...common,
    private_key: privateKey.optional().describe('Default: a new Ed25519 pair is made. It is told to nobody.'),
    known_hosts: knownHosts.optional(),
  }),
  z.strictObject({
    kind: z.literal('https'),
    ...common,
    host,
    username: username.optional().describe('Default `x-access-token`; many git hosts take any.'),
    token,
  }),
]);

export const gitCredentialUpdate = z.strictObject({
  description: common.description,
  private_key: privateKey.optional().describe('Replaces the pair.'),
  new_pair: z
    .literal(true)
    .optional()
    .describe('Replaces the pair by a new one: put its public half where the old one was.'),
  known_hosts: knownHosts.optional(),
  host: host.optional().describe('Only together with a `token`, so that none is led elsewhere.'),
  username: username.optional(),
  token: token.optional(),
});

const shown = { id, name: z.string(), owner, description: z.string() };
const sealed = {
  key_id: z.string().describe('Of the key that its secret half is encrypted with now.'),
  created_at: time,
  updated_at: time.describe('When a person changed it last.'),
};

export const gitCredential = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ssh'),
    ...shown,
    public_key: z.string().describe('One line, to paste into the page for deploy keys.'),
    fingerprint: z.string().describe('`SHA256:…` of it, as git hosts show it.'),
    known_hosts: z.string().describe('The host keys that are believed; no other host is talked to.'),
    ...sealed,
  }),
  z.object({ kind: z.literal('https'), ...shown, host: z.string(), username: z.string(), ...sealed }),
]);

export const gitCredentialList = z.object({ git_credentials: z.array(gitCredential), ...keys });

export const hostScan = z.strictObject({
  host: z.string().min(1).max(255).describe('The name or the address of one host.'),
  port: z.int().min(1).max(65_535).optional().describe('Default 22.'),
});

export const scannedHost = z.object({
  host: z.string(),
  port: z.int(),
  keys: z
    .array(z.object({ host: z.string(), type: z.string(), fingerprint: z.string(), line: z.string() }))
    .describe('Compare the fingerprints with those that the owner of the host publishes.'),
  known_hosts: z.string().describe('All of them, for `known_hosts` of a credential.'),
});

export const gitCredentialExample = {
  kind: 'ssh',
  id: '7c1e5a9b3d2f4e608192a3b4c5d6e7f8',
  name: 'deploy',
  owner: jobExample.owner,
  description: 'Reads acme/etl',
  public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3r0x0e… runyard: deploy',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrdmQf3zGv0P1b5N1VGZrSZs',
  known_hosts: 'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq…\n',
  key_id: 'key-2026',
  created_at: '2026-01-30T14:12:07+00:00',
  updated_at: '2026-01-30T14:12:07+00:00',
};

export const gitCredentialCreateExample = { kind: 'ssh', name: 'deploy', description: 'Reads acme/etl' };

export const scannedHostExample = {
  host: 'git.example.org',
  port: 22,
  keys: [
    {
      host: 'git.example.org',
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
      line: 'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq…',
    },
  ],
  known_hosts: 'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq…\n',
};
