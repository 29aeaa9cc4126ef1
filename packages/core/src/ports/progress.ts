export interface Progress {
  /** `waiting`: started, but nothing runs yet (pending pod, image pull). `running` begins the run limit. */
  state: 'waiting' | 'running';
  phase?: string;
  sentence?: string;
  at: number;
}
