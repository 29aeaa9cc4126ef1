/** Where everything of an attempt lies in its pod. */
export const inside = {
  /** A volume of its own, for both containers. */
  root: '/runyard',
  workspace: '/runyard/workspace',
  home: '/runyard/home',
  scratch: '/runyard/scratch',
  tmp: '/runyard/tmp',
  /** Small files in which the wrapper notes how far it is. */
  state: '/runyard/state',
  /** The attempt's Secret: for `job` its wrapper, its script and the files of secrets, for `source` what fetches, and credentials. */
  secret: '/runyard-secret',
  /** In memory: the files of secrets, as the job's own user has them. */
  files: '/runyard-files',
  /** Of the container `source`, in memory: git's own folder, with keys in it. */
  git: '/tmp/runyard-git',
  terminationLog: '/dev/termination-log',
} as const;

/** `activeDeadlineSeconds` of a pod that Runyard ends: the shortest that there is. Nobody else sets it. */
export const ourDeadlineSeconds = 1;

/** Mounts that are this executor's own, whatever a template asks for. */
export const ourPaths = [inside.root, inside.secret, inside.files, inside.terminationLog] as const;

export const containers = { source: 'source', job: 'job' } as const;

/** Labels and annotations that are this executor's, or the Job controller's. */
export const labelPrefixes = [
  'app.kubernetes.io/managed-by',
  'runyard.dev/',
  'batch.kubernetes.io/',
  'job-name',
  'controller-uid',
] as const;

/** What the wrapper's note says before any phase has begun. */
export const noPhase = '-';

/** The wrapper's own exit codes, told with no phase; what it runs may use them too, but then there is a phase. */
export const wrapperExits = {
  /** The files of secrets could not be put in place; the note's sentence says why. */
  secretsFailed: 122,
  /** Its folders could not be made. */
  noFolders: 123,
  /** It had run before, in the same pod. Nothing ran a second time. */
  ranBefore: 125,
} as const;

/** Exit codes of the container `source` that are not git's. */
export const sourceExits = {
  /** What the source asks for can never be fetched so; the note's text is a sentence of ours. */
  invalidSource: 65,
} as const;

/** Of the container `source`, how much of what git said last is kept. A note of 4 KiB is the most that Kubernetes keeps. */
export const mostWordsBytes = 3072;

/** Of the container `job`, how long a sentence may be. */
export const mostSentenceBytes = 2048;
