import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './exists.ts';
import { removeKeysInMemory } from './key-folder.ts';

/** The folder that git works in, apart from everything of the host's: its own config, home and keys. */
export interface Workplace {
  /** Holds the mirrors. */
  root: string;
  /** ssh keys, each as long as one git runs, where there is no place for them in memory. */
  keysDir: string;
  /** Host keys that were accepted at the first contact. */
  knownHosts: string;
  /** Makes fingerprints of credentials that are worth nothing elsewhere. */
  fingerprintKey: Buffer;
  /** The environment of every git: nothing of the host's but PATH and what the option `env` gives. */
  env: Readonly<Record<string, string>>;
}

export interface WorkplaceOptions {
  root: string;
  silenceMs: number;
  env: Readonly<Record<string, string>>;
}

/** Makes the folder, and removes what a killed host left in it: unfinished mirrors, and keys. */
export async function openWorkplace({ root, silenceMs, env }: WorkplaceOptions): Promise<Workplace> {
  const own = join(root, '.runyard');
  const home = join(own, 'home'); // empty: no ~/.gitconfig, no ~/.netrc
  const keysDir = keysDirOf(root);
  const config = join(own, 'config');
  await Promise.all([rm(keysDir, { recursive: true, force: true }), removeKeysInMemory(root)]);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await Promise.all([home, keysDir].map((dir) => mkdir(dir, { recursive: true, mode: 0o700 })));
  await removeUnfinished(root);
  await writeFile(config, gitConfig(silenceMs), { mode: 0o600 });
  return {
    root,
    keysDir,
    knownHosts: join(own, 'known_hosts'),
    fingerprintKey: await readOrMakeKey(join(own, 'fingerprint-key')),
    env: {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: config,
      GIT_TERMINAL_PROMPT: '0',
      ...env,
    },
  };
}

/** Whether an earlier host worked in this folder, and may have been killed while a key lay there. */
export const mayHoldKeys = (root: string): Promise<boolean> => exists(keysDirOf(root));

const keysDirOf = (root: string): string => join(root, '.runyard', 'keys');

// Mirrors and folders on their way out carry a dot in their name (mirror.ts).
async function removeUnfinished(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => /^[0-9a-f]{64}\./.test(name));
  await Promise.all(names.map((name) => rm(join(root, name), { recursive: true, force: true, maxRetries: 5 })));
}

async function readOrMakeKey(path: string): Promise<Buffer> {
  await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(path);
}

// - `protocol.allow`: a call that talks to a repository names the one transport that was checked (GIT_ALLOW_PROTOCOL).
// - Locks: a git that outlived a killed host may hold one for a moment, so ours waits.
// - `unpackLimit`, `gc`: mirrors hold packs only, and lose nothing (link-objects.ts).
const gitConfig = (silenceMs: number): string => `[core]
	hooksPath = /dev/null
	filesRefLockTimeout = 2000
	packedRefsTimeout = 2000
[protocol]
	allow = never
[protocol "ext"]
	allow = never
[fetch]
	unpackLimit = 1
	recurseSubmodules = false
[gc]
	auto = 0
[maintenance]
	auto = false
[init]
	templateDir =
	defaultBranch = main
[advice]
	detachedHead = false
[checkout]
	workers = 0
[safe]
	directory = *
[http]
	lowSpeedLimit = 1
	lowSpeedTime = ${Math.ceil(silenceMs / 1000)}
`;
