/** Something that runs jobs which do nothing. */
export interface Contender {
  name: string;
  /** Where its jobs live, and how it was set up. */
  store: string;
  server: 'redis' | 'postgres' | null;
  /** Whether taking the jobs in is part of the time; peers have them in their tables already. */
  acceptsInTime: boolean;
  throughput?(options: ThroughputOptions): Promise<Throughput>;
  latency?(options: { starts: number; url: string }): Promise<Latency>;
}

export interface ThroughputOptions {
  jobs: number;
  url: string;
  /** For floors: how many jobs share each transaction. */
  group: number;
}

export interface Throughput {
  perSecond: number;
  /** Of the whole process, in microseconds. */
  cpuPerJob: number;
  /** How many writes of as many jobs shared a transaction, where that is known. */
  group?: number;
}

/** In ms, from the call that starts a job: until it was accepted, and until the first line of its function. */
export interface Latency {
  accepted: number[];
  began: number[];
}

/** So many callers, each of whom has the next job accepted when its last one was. */
export const callers = 400;

/** Resolves at the `count`th call of `hit`. */
export const countdown = (count: number) => {
  const all = Promise.withResolvers<void>();
  let seen = 0;
  return {
    hit(): void {
      if (++seen === count) all.resolve();
    },
    all: all.promise,
  };
};

/** What `jobs` jobs took. */
export const timed = async (jobs: number, act: () => Promise<unknown>): Promise<Throughput> => {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await act();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (jobs / ms) * 1000, cpuPerJob: (user + system) / jobs };
};

/** Starts one job after the other, with a pause behind each. `start` calls back from the first line of the function. */
export const oneByOne = async (starts: number, start: (began: () => void) => Promise<unknown>): Promise<Latency> => {
  const latency: Latency = { accepted: [], began: [] };
  const warmUp = 20;
  for (let n = 0; n < starts + warmUp; n++) {
    const begun = Promise.withResolvers<number>();
    const from = performance.now();
    const accepted = start(() => begun.resolve(performance.now())).then(() => performance.now());
    const [beganAt, acceptedAt] = await Promise.all([begun.promise, accepted]);
    if (n >= warmUp) {
      latency.began.push(beganAt - from);
      latency.accepted.push(acceptedAt - from);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return latency;
};

const pauseMs = 10;
