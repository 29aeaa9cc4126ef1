import type { Checkout } from './checkout/read-checkout.ts';
import type { Uncommitted } from './checkout/read-states.ts';
import type { Trail } from './follow/trail.ts';
import type { InstalledPython } from './packages/installed-python.ts';
import type { PackagesFile } from './packages/packages-files.ts';

/** All that is known of a checkout and of a command that runs in it. What is decided follows from this, and from the wishes. */
export interface Facts {
  checkout: Checkout;
  trail: Omit<Trail, 'tasks' | 'seen' | 'place'>;
  /** By a path that is read: what of it is not as it is committed. */
  uncommitted: ReadonlyMap<string, readonly Uncommitted[]>;
  /** Everything in the repository that is not as it is committed. */
  allUncommitted: readonly Uncommitted[];
  /** Files that are read and of which git-lfs has fetched only the pointer. */
  pointers: readonly string[];
  packagesFiles: readonly PackagesFile[];
  /** Null: no Python takes part, or it could not be asked. */
  installed: InstalledPython | null;
  /** Of the variables that are read, those that are set here. */
  set: ReadonlyMap<string, { isSecret: boolean }>;
}

/** What the caller wants of the job. */
export interface Wishes {
  command: string | readonly string[];
  name?: string | undefined;
  owner?: string | undefined;
  executor?: string | undefined;
  hardware?: string | undefined;
  size?: string | undefined;
  image?: string | undefined;
  schedule?: { cron: string; timezone?: string | undefined } | undefined;
  /** Name of the git credential that the repository needs. */
  credential?: string | undefined;
  /** Name of the remote that a job is to fetch from. */
  remote?: string | undefined;
  /** Follow the branch instead of staying at the commit. */
  followBranch: boolean;
  /** With their values. */
  env: Readonly<Record<string, string>>;
  /** Names of secrets by the variable that each becomes. */
  secrets: Readonly<Record<string, string>>;
}
