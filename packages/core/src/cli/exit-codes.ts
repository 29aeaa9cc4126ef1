/** What the command line ends with; of a run that was waited for, see `runExit`. */
export const exitCodes = {
  done: 0,
  /** It answered, and the answer is no: something is wrong, something is due, or the server refused what was asked. */
  no: 1,
  usage: 64,
  /** What is in the checkout cannot become a job, or a job that is applied would fail. */
  notReady: 65,
  unreachable: 69,
  internal: 70,
  refused: 77,
  /** Ctrl-C, as a shell reports it. */
  interrupted: 130,
} as const;
