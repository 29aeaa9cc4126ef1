/** Where the command line runs, and where its words go. */
export interface Terminal {
  /** What was asked for. Awaited where much is written: it resolves when more is welcome. */
  out(text: string): void | Promise<void>;
  /** What is said beside it: progress, warnings, why a command could not do its work. */
  err(text: string): void;
  /** All of stdin. */
  input(): Promise<string>;
  /** One line of stdin that is not shown while it is typed, after a prompt on `err`; all of stdin where that is no terminal. */
  secret(prompt: string): Promise<string>;
  cwd: string;
  now(): number;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether `out` may be coloured. */
  colors: boolean;
  /** Whether `out` and `err` are both read on a screen, by one person. */
  onScreen: boolean;
  /** Takes Ctrl-C over: aborted by the first one, while a second one ends the process at once, as do all where nobody asks for this. */
  interrupted(): AbortSignal;
}
