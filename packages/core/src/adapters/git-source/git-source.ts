import { join } from 'node:path';
import { RunyardError } from '../../domain/errors.ts';
import type { SourceSpec } from '../../domain/job/job.ts';
import { isAttemptFailed, startFailed } from '../../domain/run/launch-errors.ts';
import type { Host } from '../../ports/host.ts';
import type { GitCredential, Source, SourceOptions } from '../../ports/source.ts';
import { sameServer } from '../shared/git/git-url.ts';
import { readCredential } from './auth.ts';
import { isFullCommit } from './check-ref.ts';
import { checkSource } from './check-source.ts';
import { checkOut } from './checkout.ts';
import { entriesAt } from './entries.ts';
import { launchFailure } from './failures.ts';
import type { LocalRepositories } from './fault.ts';
import { findCommit, peel, refTypeOf } from './find-commit.ts';
import { pullLfs } from './lfs.ts';
import { type Mirror, openMirror } from './mirror.ts';
import { mirrorUses } from './mirror-uses.ts';
import { refNotFound } from './ref-not-found.ts';
import { namingCredential } from './refused-credential.ts';
import { listSubmodules, recordSubmodules, submoduleDir } from './submodules.ts';
import { mayHoldKeys, openWorkplace, type Workplace } from './workplace.ts';

export interface GitSourceOptions {
  /** Allows repositories on this machine (`file://…` and absolute paths): all, or those below these paths. Default: none. */
  allowFileUrls?: LocalRepositories;
  /** Where mirrors are kept. Default: `mirrors` in the data directory. */
  dir?: string;
  /** A fetch that prints nothing for so long is given up. Default: 5 minutes. */
  timeoutMs?: number;
  /** A mirror that nobody has used for so long is removed; whoever needs it again fetches it anew. Default: 30 days. */
  keepUnusedMs?: number;
  /** Variables for git, such as HTTPS_PROXY or GIT_SSL_CAINFO; nothing else of the host's environment reaches it. */
  env?: Readonly<Record<string, string>>;
}

/** Code from git: a mirror for each repository, fetched once per start, and a checkout of its own for each attempt. */
export const gitSource =
  ({
    allowFileUrls = false,
    dir,
    timeoutMs: silenceMs = 300_000,
    keepUnusedMs = 30 * 86_400_000,
    env = {},
  }: GitSourceOptions = {}) =>
  (host: Host): Source => {
    const root = dir ?? join(host.dataDir, 'mirrors');
    const uses = mirrorUses(host);
    const mirrors = new Map<string, Mirror>();
    const ending = new AbortController();
    let opening: Promise<Workplace> | null = null;

    function workplace(): Promise<Workplace> {
      opening ??= openWorkplace({ root, silenceMs, env }).catch((error: unknown) => {
        opening = null; // a full disk may have room again
        throw error;
      });
      return opening;
    }

    async function mirrorOf(url: string): Promise<Mirror> {
      const opened = await workplace();
      const mirror =
        mirrors.get(url) ?? openMirror(url, { workplace: opened, entropy: host.entropy, clock: host.clock, silenceMs });
      mirrors.set(url, mirror);
      return mirror;
    }

    async function withMirror<T>(url: string, work: (mirror: Mirror) => Promise<T>): Promise<T> {
      const mirror = await mirrorOf(url);
      return uses.during(mirror.dir, () => work(mirror));
    }

    async function resolve(source: SourceSpec, options: SourceOptions): Promise<string> {
      const credential = await readCredential(source.credential, options);
      return namingCredential(source, credential, () =>
        withMirror(source.url, (mirror) => resolveIn(mirror, source, credential, options)),
      );
    }

    async function resolveIn(
      mirror: Mirror,
      source: SourceSpec,
      credential: GitCredential | null,
      options: SourceOptions,
    ): Promise<string> {
      const { signal } = options;
      const exact = source.ref !== null && isFullCommit(source.ref) ? source.ref.toLowerCase() : null;
      // Without the network, and only for whoever has proved that the repository lets him in.
      if (exact !== null && (await mirror.mayRead(credential))) {
        const known = await peel(mirror, exact, signal);
        if (known !== null) return known;
      }
      options.log(`Fetching ${source.url}`);
      await mirror.fetch(credential, signal);
      const found = await findCommit(mirror, source, signal);
      if (found !== null) return found;
      if (exact !== null && (await mirror.fetchCommit(exact, credential, signal))) {
        const fetched = await peel(mirror, exact, signal);
        if (fetched !== null) return fetched;
      }
      throw await refNotFound(mirror, source, signal);
    }

    function place(source: SourceSpec, commit: string, target: string, o: PlaceOptions): Promise<void> {
      return withMirror(source.url, (mirror) => placeFrom(mirror, source, { commit, target }, o));
    }

    async function placeFrom(
      mirror: Mirror,
      source: SourceSpec,
      { commit, target }: { commit: string; target: string },
      o: PlaceOptions,
    ): Promise<void> {
      const { signal, log } = o;
      const credential = await readCredential(source.credential, o);
      if (!(await mirror.mayRead(credential)) || (await peel(mirror, commit, signal)) === null) {
        await resolve({ ...source, ref: commit, refType: 'commit' }, o); // another host's mirror, or a submodule's first time
      }
      await checkOut({ mirror, commit, dir: target, workplace: await workplace(), signal });
      log(`Checked out ${commit} of ${source.url}`);
      if (source.lfs) {
        const lfs = {
          mirror,
          dir: target,
          commit,
          credential,
          allowed: allowFileUrls,
          silenceMs,
          clock: host.clock,
          signal,
        };
        const opened = await workplace();
        await namingCredential(source, credential, () => pullLfs({ ...lfs, workplace: opened }));
      }
      if (source.submodules) await placeSubmodules({ source, mirror, commit, dir: target }, o);
    }

    async function placeSubmodules(parent: Parent, o: PlaceOptions): Promise<void> {
      const submodules = await listSubmodules(parent.mirror, parent, o.signal);
      if (submodules.length === 0) return;
      if (o.depth === deepest)
        throw startFailed('invalid-source', `Submodules lie deeper than ${deepest} repositories.`);
      await recordSubmodules(parent.dir, submodules);
      for (const submodule of submodules) {
        const { url, commit } = submodule;
        const same = sameServer(url, parent.source.url);
        const credential = same ? parent.source.credential : null;
        const source = { ...parent.source, url, ref: commit, refType: 'commit' as const, path: null, credential };
        checkSource(source, allowFileUrls);
        const target = await submoduleDir(parent.dir, submodule);
        await place(source, commit, target, { ...o, depth: o.depth + 1 });
      }
    }

    // What callers get: the refusal of a source, a failure of the attempt, or the reason of their signal.
    async function guarded<T>(
      source: SourceSpec,
      o: SourceOptions,
      work: (o: SourceOptions) => Promise<T>,
    ): Promise<T> {
      const signal = AbortSignal.any([o.signal, ending.signal]);
      signal.throwIfAborted();
      try {
        checkSource(source, allowFileUrls);
        return await work({ ...o, signal });
      } catch (error) {
        signal.throwIfAborted();
        if (isAttemptFailed(error)) throw error;
        if (error instanceof RunyardError) throw startFailed(error.code, error.message, error);
        throw launchFailure(error, source.url);
      }
    }

    return {
      check: (source) => checkSource(source, allowFileUrls),
      resolve: (source, options) => guarded(source, options, async (o) => ({ commit: await resolve(source, o) })),
      look: (source, options) =>
        guarded(source, options, async (o) => {
          const commit = await resolve(source, o);
          return withMirror(source.url, async (mirror) => ({
            commit,
            refType: await refTypeOf(mirror, source, o.signal),
            entries: await entriesAt(mirror, { commit, paths: options.paths }, o.signal),
          }));
        }),
      checkout: (source, commit, target, options) =>
        guarded({ ...source, ref: commit, refType: 'commit' }, options, (o) =>
          place(source, commit, target, { ...o, depth: 0 }),
        ),
      async prune(signal) {
        // Opening it removes them; without this they would lie there until a source is fetched again.
        if (await mayHoldKeys(root)) await workplace();
        await uses.prune(root, keepUnusedMs, AbortSignal.any([signal, ending.signal]));
      },
      async close() {
        const reason = new RunyardError('closed', 'This Runyard was closed.');
        ending.abort(reason);
        await Promise.all([...mirrors.values()].map((mirror) => mirror.close(reason)));
      },
    };
  };

interface PlaceOptions extends SourceOptions {
  /** How many repositories this one lies in, as a submodule. */
  depth: number;
}

interface Parent {
  source: SourceSpec;
  mirror: Mirror;
  commit: string;
  dir: string;
}

const deepest = 10;
