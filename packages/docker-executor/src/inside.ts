/** Where everything of an attempt lies in its container: one volume, so that it can be filled before the start, under a read-only root too. */
export const inside = {
  root: '/runyard',
  workspace: '/runyard/workspace',
  home: '/runyard/home',
  scratch: '/runyard/scratch',
  tmp: '/runyard/tmp',
  wrapper: '/runyard/wrapper',
  script: '/runyard/script',
  /** The attempt's notes, small files each. */
  state: '/runyard/state',
  /** In memory: the files of secrets, where there are any. */
  files: '/runyard-files',
} as const;

/** Names of the notes in `inside.state`. */
export const notes = {
  /** Who decides what becomes of the attempt: a file by the wrapper that runs it, a directory by who voids it. Made once, never replaced. */
  claim: 'claim',
  /** How it ended. Room for it is taken beforehand, so that a full disk cannot keep it from being written. */
  exit: 'exit',
  /** It ended with 0, and nobody had told it to end: all that the others would tell. */
  done: 'done',
  phase: 'phase',
  /** We ordered the end. */
  stop: 'stop',
  /** What the shell says of a death by signal. */
  diagnosis: 'diagnosis',
} as const;

/** The wrapper's own exit codes; what it runs may use them too, but not without a claim. */
export const wrapperExits = {
  /** The secrets did not come whole; nothing was claimed, and it may be started again. */
  noSecrets: 124,
  /** Its folders could not be made; nothing was claimed. */
  noFolders: 123,
  /** It was claimed before, and left no exit status. */
  claimedBefore: 125,
} as const;

/** What tells the wrapper to end everything, without `SIG`: one that nothing in a container sends, so that who sent it is outside. */
export const endSignal = 'PWR';
