/** What a contender tells while it runs. Schedules are named by their index. */
export interface Heard {
  /** The handler was called. */
  called(schedule: number): void;
  /** Runyard only: the run and its row in the ledger are in the store and would survive a power cut. */
  recorded(): void;
  /** Runyard only: the end of the run is in the store. */
  ended(): void;
}

export interface Contender {
  name: string;
  /** Where its schedules and runs live. */
  store: string;
  server: 'redis' | 'postgres' | null;
  /** A careful guess of how many schedules it registers in a second: the minute has to lie behind that. */
  registersPerSecond: number;
  /** Registers `size` schedules for `cron` (UTC, five fields), so that every handler does nothing but call `heard.called`. */
  register(options: Registration): Promise<Opened>;
}

export interface Registration {
  size: number;
  cron: string;
  /** Of its own server; empty where it has none. */
  url: string;
  heard: Heard;
}

/** Peers go with their process and their server. */
export interface Opened {
  close?(): Promise<void>;
}
