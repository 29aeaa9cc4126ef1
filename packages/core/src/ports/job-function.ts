/**
 * A job that is code of the host. Returning ends the attempt `exited 0`; throwing ends it `exited 1`, with the stack in
 * its log. It shares the host's process: what it prints with `console` goes where the host's own output goes and not
 * into the log (use `ctx.log`), and long work without an `await` holds up the host (use a module instead).
 */
export type JobFunction = (ctx: FunctionContext) => unknown;

export interface FunctionContext {
  readonly runId: string;
  /** From 1. */
  readonly attempt: number;
  /** The command behind the function's name. */
  readonly args: readonly string[];
  /** The job's variables and secrets. `process.env` stays the host's, except in a module, where it is this. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when the attempt is to stop. A function that ignores it cannot be killed; its attempt ends `lost`. */
  readonly signal: AbortSignal;
  /**
   * Writes a line into the attempt's log. Never waits: a function that writes faster than the log is read loses its
   * oldest lines beyond the executor's `outputBytes`, and a mark says how much.
   */
  log(line: string): void;
  /** The same for every attempt of the run: pass it on to what must happen only once. */
  readonly idempotencyKey: string;
}
