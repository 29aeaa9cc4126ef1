import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

/** What there is to know of a secret. Its value is told to nobody but the jobs that it is attached to. */
export interface SecretView {
  /** 32 hex digits. */
  id: string;
  /** Unique for its owner; by this name jobs attach it. */
  name: string;
  /** `user:<id>` or `group:<id>`. Only jobs of this owner get it. */
  owner: string;
  description: string;
  /** Id of the key that it is encrypted with now. */
  keyId: string;
  /** Epoch ms. */
  createdAt: number;
  /** When a person changed it last, epoch ms; that it was encrypted anew is no change. */
  updatedAt: number;
}

export interface SecretInput {
  /** 32 hex digits, for whoever has to know afterwards that it was he who made it: `name-in-use` then has this id. Default: a new one. */
  id?: string;
  /** 1 to 200 characters, none of them a control character. */
  name: string;
  /** 1 byte to 128 KiB of UTF-8, of any characters but NUL, also of several lines. */
  value: string;
  /** Default: whoever asks. */
  owner?: string;
  /** At most 2048 characters; everybody who may see the secret can read it. */
  description?: string;
}

export interface SecretPatch {
  /** As above. Runs that are prepared or started from now on get it. */
  value?: string;
  description?: string;
}

export interface SecretListOptions extends PageOptions {
  owner?: string;
  /** Exactly this name. */
  name?: string;
}

/** What came of encrypting everything with the current key. */
export interface Rotation {
  /** Values that were encrypted anew. */
  resealed: number;
  /** By which keys values are encrypted now, and how many: what is not here can be dropped from `encryptionKeys`. */
  keys: { id: string; values: number }[];
  /** Those that could not be opened (`key-missing`, `value-damaged`), at most 100 of them, with what to do. */
  unreadable: { kind: string; id: string; owner: string; name: string; code: string; sentence: string }[];
}

export interface RotationOptions {
  /**
   * Makes the installation's own key for the tokens of runs anew, where it cannot be opened: the tokens of runs that are active are worth nothing then, and
   * each host has the new key once it was started again. Only for a key that no host has any more. Default false.
   */
  replaceLostKeys?: boolean;
}

/** `runyard.secrets`. Every method rejects with a `RunyardError`; `create`, `update` and `rotate` with `no-encryption-key` where the host gave no keys. */
export interface Secrets {
  /** `name-in-use` (with the other's id) when the owner has one of that name; `invalid-secret`. */
  create(input: SecretInput): Promise<SecretView>;
  get(id: string): Promise<SecretView>;
  list(options?: SecretListOptions): Promise<Page<SecretView>>;
  update(id: string, patch: SecretPatch): Promise<SecretView>;
  /** `secret-in-use`, with the id of the first, while jobs of its owner attach it, unless `allowInUse`: their next start then fails. */
  remove(id: string, options?: { allowInUse?: boolean }): Promise<void>;
  /** Encrypts everything with the first of `encryptionKeys`; once every host has those. Admins only. */
  rotate(options?: RotationOptions): Promise<Rotation>;
}
