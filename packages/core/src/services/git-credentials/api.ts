import type { HostKey } from '../../access/git/known-hosts.ts';
import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

interface CommonView {
  /** 32 hex digits. */
  id: string;
  /** Unique for its owner; by this name a job's sources name it. */
  name: string;
  /** `user:<id>` or `group:<id>`. Only jobs of this owner may use it. */
  owner: string;
  description: string;
  /** Id of the key that its secret half is encrypted with now. */
  keyId: string;
  /** Epoch ms. */
  createdAt: number;
  /** When a person changed it last, epoch ms. */
  updatedAt: number;
}

export interface SshCredentialView extends CommonView {
  kind: 'ssh';
  /** One line, to paste into the page for deploy keys. */
  publicKey: string;
  /** `SHA256:…` of it, as git hosts show it. */
  fingerprint: string;
  /** The host keys that are believed, as lines of `known_hosts`; no other host is talked to. */
  knownHosts: string;
}

export interface HttpsCredentialView extends CommonView {
  kind: 'https';
  /** The one host that it is sent to, with its port where that is not 443, and `http://` before it where it has no TLS. */
  host: string;
  username: string;
}

/** What there is to know of a git credential: all but its secret half, which nobody is told. */
export type GitCredentialView = SshCredentialView | HttpsCredentialView;

interface CommonInput {
  /** 1 to 200 characters, none of them a control character. */
  name: string;
  /** Default: whoever asks. */
  owner?: string;
  /** At most 2048 characters. */
  description?: string;
}

export interface SshCredentialInput extends CommonInput {
  kind: 'ssh';
  /** As `ssh-keygen` writes it, without a passphrase. Default: a new Ed25519 pair is made. */
  privateKey?: string;
  /** Lines of `known_hosts`, such as `scanHost` shows them. Default: those that github.com and gitlab.com publish. */
  knownHosts?: string;
}

export interface HttpsCredentialInput extends CommonInput {
  kind: 'https';
  /** `git.example.org`, `git.example.org:8443`; with `http://` before it, where the token is to go over the network in the clear. */
  host: string;
  /** Default `x-access-token`; many git hosts take any. */
  username?: string;
  /** A token or a password: 1 to 4096 printable characters. */
  token: string;
}

export type GitCredentialInput = SshCredentialInput | HttpsCredentialInput;

export interface SshCredentialPatch {
  description?: string;
  /** Replaces the pair. */
  privateKey?: string;
  /** Replaces the pair by a new one: its public half has to be put where the old one was. */
  newPair?: true;
  knownHosts?: string;
}

export interface HttpsCredentialPatch {
  description?: string;
  username?: string;
  token?: string;
  /** Only together with a `token`, so that nobody leads one to a host of his own. */
  host?: string;
}

export interface GitCredentialListOptions extends PageOptions {
  owner?: string;
  /** Exactly this name. */
  name?: string;
}

export interface ScannedHost {
  host: string;
  port: number;
  /** What answered there now: compare the fingerprints with those that the host's owner publishes before you believe them. */
  keys: HostKey[];
  /** All of them, for `knownHosts` of an SSH credential. */
  knownHosts: string;
}

/** `runyard.gitCredentials`. Every method rejects with a `RunyardError`; `create` and `update` with `no-encryption-key` where the host gave no keys. */
export interface GitCredentials {
  /** `name-in-use` (with the other's id) when the owner has one of that name; `invalid-credential`. */
  create(input: SshCredentialInput): Promise<SshCredentialView>;
  create(input: HttpsCredentialInput): Promise<HttpsCredentialView>;
  create(input: GitCredentialInput): Promise<GitCredentialView>;
  get(id: string): Promise<GitCredentialView>;
  list(options?: GitCredentialListOptions): Promise<Page<GitCredentialView>>;
  /** Runs that fetch from now on use what it says. Its kind, name and owner stay. */
  update(id: string, patch: SshCredentialPatch | HttpsCredentialPatch): Promise<GitCredentialView>;
  /** `credential-in-use`, with the id of the first, while sources of its owner's jobs name it, unless `allowInUse`: their next start then fails. */
  remove(id: string, options?: { allowInUse?: boolean }): Promise<void>;
  /**
   * The host keys that an SSH server shows now (port 22 by default), for a person to compare; nothing is believed or kept by it. `source-unreachable` where
   * nothing answers within 10 s.
   */
  scanHost(host: string, options?: { port?: number; signal?: AbortSignal }): Promise<ScannedHost>;
}
