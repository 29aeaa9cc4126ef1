import type { SourceSpec } from '../domain/job/job.ts';

/**
 * Where code comes from. Calls for one repository may come at once; the source shares the fetch. Failures are
 * `AttemptFailed`: unreachable is `infrastructure` / `source-unreachable`; a missing ref (`ref-not-found`), a refused credential or a missing repository
 * (`source-refused`) and a refused URL (`invalid-source`) are `start-failed`.
 */
export interface Source {
  /** Throws a `RunyardError` (`invalid-source`) for what may never be fetched. Pure; called when a job is saved. */
  check(source: SourceSpec): void;
  /** Finds the commit (40 hex digits) that the ref means now, and makes sure that it can be checked out. */
  resolve(source: SourceSpec, options: SourceOptions): Promise<{ commit: string }>;
  /**
   * Optional: as `resolve`, and tells what the ref is and what lies at these paths (`.` is the repository itself) of that commit, in their
   * order, so that a job can be checked before it runs.
   */
  look?(
    source: SourceSpec,
    options: SourceOptions & { paths: readonly string[] },
  ): Promise<{ commit: string; refType: 'branch' | 'tag' | 'commit'; entries: Entry[] }>;
  /** A clean checkout of the commit into `dir`, which does not exist or is empty. */
  checkout(source: SourceSpec, commit: string, dir: string, options: SourceOptions): Promise<void>;
  /** Removes what it keeps for later fetches and nobody has used for long, a bounded amount at a call; may be called at any time. */
  prune?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** What lies at a path. `link`: a symbolic link or a submodule, which may lead to anything. */
export type Entry = 'folder' | 'file' | 'executable' | 'link' | 'missing';

export interface SourceOptions {
  signal: AbortSignal;
  /**
   * Asked when a source names a credential. Rejects with `RunyardError` `unknown-credential`, or with an `AttemptFailed`, to be passed on, where it is for
   * another server than that of the source, or cannot be opened.
   */
  credential(name: string): Promise<GitCredential>;
  /** A line for the attempt's log. */
  log(line: string): void;
}

export type GitCredential =
  /** `origin`: `https://host[:port]`, the only server that it may be shown to; absent: that of the source's url. */
  | { kind: 'https'; username: string; password: string; origin?: string }
  /** `knownHosts`: the host keys that are believed, and no others; absent: the source learns a host's key when it first meets it, or refuses. */
  | { kind: 'ssh'; privateKey: string; knownHosts?: string };
