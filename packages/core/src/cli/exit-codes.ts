/** What the command line ends with. */
export const exitCodes = {
  done: 0,
  /** It answered, and the answer is no: something is wrong, or something is due. */
  no: 1,
  usage: 64,
  unreachable: 69,
  internal: 70,
  refused: 77,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
