/** What the agent answers; both sides read this file. Times are epoch ms of the agent's clock. */
export interface AgentAttempt {
  id: string;
  key: string;
  state: 'prepared' | 'running' | 'finished';
  createdAt: number;
  startedAt: number | null;
  /** What the script last wrote into its phase file. */
  phase: string;
  end: End | null;
}

export type End = { at: number } & (
  | { how: 'exited'; code: number }
  | { how: 'signalled'; signal: string }
  | { how: 'not-started'; why: string }
  | { how: 'stopped-before-start' }
);

export interface PreparedAttempt {
  id: string;
  place: string;
  started: boolean;
}

export interface AgentList {
  place: string;
  attempts: AgentAttempt[];
}

/** Body of `POST /attempts/<id>/start`. */
export interface StartOrder {
  key: string;
  env: Record<string, string>;
  secrets: { type: 'environment_variable' | 'file'; location: string; value: string }[];
  shell: 'sh' | 'bash';
  script: string;
}
