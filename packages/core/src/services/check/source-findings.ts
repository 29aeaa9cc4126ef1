import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/job/finding.ts';
import { firstWordOf } from '../../domain/job/first-word.ts';
import type { JobSpec, SourceSpec } from '../../domain/job/job.ts';
import { scriptWordOf } from '../../domain/job/script-word.ts';
import { isAttemptFailed } from '../../domain/run/launch-errors.ts';
import { sourcePaths } from '../../domain/run/source-paths.ts';
import type { EngineContext } from '../../engine/context.ts';
import { askProvider } from '../../engine/secrets.ts';
import type { Entry, SourceOptions } from '../../ports/source.ts';
import { notAsked } from './not-asked.ts';

/** Whether each repository lets its owner's credential in and has the ref, and what of the job lies there. */
export const sourceFindings = async (
  context: EngineContext,
  spec: JobSpec,
  signal: AbortSignal,
): Promise<Finding[]> => {
  const paths = sourcePaths(spec.sources);
  const wanted = wantedOf(spec);
  const looks = await Promise.all(
    spec.sources.map(async (source, i) => {
      const inside = wanted.map(({ path }) => within(paths[i] ?? '.', path));
      try {
        return await lookAt(context, { source, owner: spec.owner, inside }, signal);
      } catch (error) {
        return failed(error, i);
      }
    }),
  );
  const about = looks.flatMap((look, i) => ('finding' in look ? [look.finding] : movingRef(spec.sources[i], look, i)));
  // Where one of them could not be seen, what is missed may lie in that one, and so it may in a submodule.
  if (looks.some((look) => 'finding' in look) || spec.sources.some(({ submodules }) => submodules)) return about;
  const entries = looks.map((look) => ('entries' in look ? look.entries : []));
  return [...about, ...wanted.flatMap((each, i) => missing(each, best(entries.map((of) => of[i] ?? 'missing'))))];
};

interface Wanted {
  /** In the workspace. */
  path: string;
  what: 'working-dir' | 'command' | 'script';
}

const wantedOf = ({ workingDir, command, sources, startScript }: JobSpec): Wanted[] => {
  if (sources.length === 0) return [];
  const word = firstWordOf(command);
  const isFile = word?.includes('/') === true && !word.startsWith('/') && !word.startsWith('~');
  const given = scriptWordOf(command);
  const [program, script] = [isFile ? word : null, given].map((path) => path && join(workingDir ?? '.', path));
  return [
    ...(workingDir === null ? [] : [{ path: join('.', workingDir), what: 'working-dir' as const }]),
    // A start script may make it.
    ...(!program || startScript !== null ? [] : [{ path: program, what: 'command' as const }]),
    ...(!script || startScript !== null ? [] : [{ path: script, what: 'script' as const }]),
  ];
};

interface Look {
  refType: 'branch' | 'tag' | 'commit';
  /** For each path that was asked for; null: it does not lie in that source. */
  entries: readonly (Entry | null)[];
}

const lookAt = async (
  context: EngineContext,
  { source, owner, inside }: { source: SourceSpec; owner: string; inside: readonly (string | null)[] },
  signal: AbortSignal,
): Promise<Look> => {
  const options: SourceOptions = {
    signal,
    log: () => {},
    async credential(name) {
      const found = await askProvider(context, { signal }, (provider, limit) =>
        provider.gitCredential?.(name, { owner, signal: limit }),
      );
      if (found) return found;
      throw new RunyardError('unknown-credential', `${owner} has no git credential '${name}'.`);
    },
  };
  const asked = inside.filter((path) => path !== null);
  if (!context.source.look) {
    await context.source.resolve(source, options);
    return { refType: 'commit', entries: inside.map(() => null) };
  }
  const { refType, entries } = await context.source.look(source, { ...options, paths: asked });
  const seen = entries.values();
  return { refType, entries: inside.map((path) => (path === null ? null : (seen.next().value ?? null))) };
};

const failed = (error: unknown, i: number): { finding: Finding } => {
  const field = `sources.${i}`;
  if (!isAttemptFailed(error)) {
    if (isRunyardError(error)) return { finding: notAsked(error.message, field) };
    throw error;
  }
  const { outcome } = error;
  const reason = 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : 'source-unreachable';
  const sentence = outcome.sentence ?? error.message;
  if (outcome.class === 'infrastructure') return { finding: notAsked(sentence, field) };
  const where =
    reason === 'ref-not-found'
      ? `${field}.ref`
      : reason === 'unknown-credential'
        ? `${field}.credential`
        : `${field}.url`;
  return { finding: { code: reason as Finding['code'], severity: 'error', sentence, field: where } };
};

const movingRef = (source: SourceSpec | undefined, { refType }: Look, i: number): Finding[] => {
  if (!source || refType !== 'branch') return [];
  const what = source.ref === null ? 'The default branch' : `'${source.ref}' is a branch, which`;
  return [
    {
      code: 'moving-ref',
      severity: 'warning',
      sentence: `${what} moves with each push: name a tag (git tag v1 && git push origin v1), so that a run does what was tried.`,
      field: `sources.${i}.ref`,
    },
  ];
};

const missing = ({ path, what }: Wanted, entry: Entry | null): Finding[] => {
  if (entry === null || entry === 'link') return [];
  if (what === 'working-dir')
    return entry === 'folder'
      ? []
      : [
          finding(
            'working-dir-missing',
            'workingDir',
            `The sources have no folder '${path}': see the working directory, or what the ref points at.`,
          ),
        ];
  if (what === 'script')
    return entry === 'missing'
      ? [
          finding(
            'command-missing',
            'command',
            `The command runs '${path}', which is not in the sources at that ref: was it committed and pushed?`,
          ),
        ]
      : [];
  if (entry === 'missing' || entry === 'folder')
    return [
      finding(
        'command-missing',
        'command',
        `The command begins with '${path}', which is no file of the sources at that ref: was it committed and pushed?`,
      ),
    ];
  return entry === 'executable'
    ? []
    : [
        finding(
          'command-not-executable',
          'command',
          `'${path}' is not executable in git: git update-index --chmod=+x '${path}', commit and push, or begin the command with its interpreter.`,
        ),
      ];
};

const finding = (code: Finding['code'], field: string, sentence: string): Finding => ({
  code,
  severity: 'error',
  sentence,
  field,
});

// Sources may lie in each other; and a file may come from any of them.
const best = (entries: readonly (Entry | null)[]): Entry | null => {
  const seen = entries.filter((entry) => entry !== null);
  return seen.find((entry) => entry !== 'missing') ?? seen[0] ?? 'missing';
};

/** The path inside a source that lies at `folder`; null: it lies outside. */
const within = (folder: string, path: string): string | null => {
  if (folder === '.') return path;
  const clean = join('.', folder);
  if (path === clean) return '.';
  return path.startsWith(`${clean}/`) ? path.slice(clean.length + 1) : null;
};

// Without `.` and `..`, as far as that stays inside.
const join = (base: string, path: string): string => {
  const parts: string[] = [];
  for (const part of `${base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/') || '.';
};
