import type { JobSpec, SourceSpec } from '@runyard/core';
import { generateScript, parseGitUrl, sourcePaths } from '@runyard/core/executor-kit';
import { secretKeys } from '../manifest/environment.ts';
import { inside } from '../manifest/inside.ts';
import { passwdOf } from '../manifest/passwd.ts';
import { fetchProgram } from '../manifest/scripts/fetch.ts';
import { placeProgram } from '../manifest/scripts/place.ts';
import { gitAccess, type SourceToFetch } from '../manifest/scripts/source-to-fetch.ts';
import { wrapper } from '../manifest/scripts/wrapper.ts';
import type { Settings } from '../options.ts';

/** What the pods of a CronJob read of their own Secret, as text by key. What is secret to the job is not among it. */
export const cronSecretData = (job: JobSpec, settings: Settings, name: string): Record<string, string> => {
  const { command, startScript, extraPackages, workingDir, sources } = job;
  const script = generateScript({ key: name, command, startScript, extraPackages, workingDir });
  const place = placeProgram(fileSecrets(job).map(({ location }) => ({ type: 'file', location, value: '' })));
  return {
    [secretKeys.wrapper]: wrapper(),
    [secretKeys.script]: script.text,
    ...(place !== null && { [secretKeys.place]: place }),
    ...(sources.length > 0 && {
      [secretKeys.fetch]: fetchProgram(cronSources(job, settings), { forAll: settings.user === undefined }),
      ...(settings.knownHosts !== undefined && { [secretKeys.knownHosts]: `${settings.knownHosts.trimEnd()}\n` }),
      ...(settings.user !== undefined && { [secretKeys.passwd]: passwdOf(settings.user) }),
    }),
    ...Object.fromEntries(
      Object.entries(cronVariables(job)).map(([variable, value]) => [secretKeys.variable(variable), value]),
    ),
  };
};

/** Whether bash runs the script. */
export const cronShell = ({ startScript }: JobSpec): 'sh' | 'bash' => (startScript?.trim() ? 'bash' : 'sh');

export const fileSecrets = ({ secrets }: JobSpec) => secrets.filter(({ type }) => type === 'file');

/** Variables that are no secret, but for those that only the cluster knows. */
export const cronVariables = ({ env, name }: JobSpec): Record<string, string> => ({
  HOME: inside.home,
  TMPDIR: inside.tmp,
  ...env,
  RUNYARD_JOB_NAME: name,
  RUNYARD_TRIGGER: 'schedule',
  RUNYARD_PHASE_FILE: `${inside.state}/phase`,
  RUNYARD_SCRATCH_DIR: inside.scratch,
});

/** Each source by its ref, which each pod looks up anew. */
const cronSources = ({ sources }: JobSpec, { knownHosts }: Settings): SourceToFetch[] => {
  const paths = sourcePaths(sources);
  return sources.map((source, index) => {
    const { url, submodules, lfs, credential } = source;
    const kind = credential === null ? null : kindOf(url);
    return {
      ...{ index, url, submodules, lfs },
      path: paths[index] ?? '.',
      wants: wantsOf(source),
      access: gitAccess(url, kind === null ? null : standIn(kind, knownHosts), { knownHosts }),
    };
  });
};

export const kindOf = (url: string): 'https' | 'ssh' => (parseGitUrl(url)?.scheme === 'ssh' ? 'ssh' : 'https');

// Only its kind is known here; where the host gives no host keys, the credential's own are read.
const standIn = (kind: 'https' | 'ssh', knownHosts: string | undefined) =>
  kind === 'https'
    ? { kind, username: '', password: '' }
    : { kind, privateKey: '', ...(knownHosts === undefined && { knownHosts: 'in the Secret' }) };

const wantsOf = ({ ref, refType }: SourceSpec): string[] => {
  if (ref === null) return ['HEAD'];
  const [branch, tag] = [`refs/heads/${ref}`, `refs/tags/${ref}`];
  if (refType === null) return [branch, tag, ref];
  return { branch: [branch], tag: [tag], commit: [ref] }[refType];
};
