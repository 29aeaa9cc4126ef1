/* What the command line reads of the answers of the HTTP API, whose document says all of it. */

export interface JobShape {
  id: string;
  name: string;
  owner: { id: string; name: string };
  status: string;
  executor: string;
  instance_size: string;
  paused: boolean;
  schedule: { cron: string; timezone: string | null; enabled: boolean } | null;
  next_run_at: string | null;
  last_deploy: string;
}

export interface SecretShape {
  id: string;
  name: string;
  owner: JobShape['owner'];
  description: string;
  updated_at: string;
}

export interface RunShape {
  id: string;
  job_id: string;
  state: RunState;
  reason: string | null;
  sentence: string | null;
  trigger: string;
  attempt: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export type RunState = (typeof activeStates)[number] | (typeof terminalStates)[number];
export const activeStates = ['queued', 'starting', 'running', 'stopping'] as const;
export const terminalStates = ['succeeded', 'failed', 'cancelled', 'skipped'] as const;

export const hasEnded = ({ state }: Pick<RunShape, 'state'>): boolean =>
  (terminalStates as readonly string[]).includes(state);

export interface RunDetailsShape extends RunShape {
  job_name: string;
  /** Of the last attempt, where its command ended by itself. */
  exit_code: number | null;
  attempts: { attempt: number; outcome: { class: string; signal: string | null } | null }[];
}

export interface LogEntry {
  cursor: string;
  at: string;
  stream: 'stdout' | 'stderr' | 'output' | 'phase';
  text: string;
}

export const isId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
