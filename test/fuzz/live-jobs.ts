import type { Runyard } from '../../packages/core/src/services/runyard.ts';

/** What belongs to one job: a path that names two of them needs them together. */
export interface LiveJob {
  run_name: string;
  attachment_id: string;
}

export interface LiveJobs extends AsyncDisposable {
  of(jobId: string): LiveJob | undefined;
}

const everyMs = 400;
const alive = 4;

/** Jobs with a schedule, a secret and a run that is active for a moment, made one after another for as long as requests are sent. */
export const liveJobs = async (
  host: { runyard: Runyard; post(path: string, body: unknown): Promise<unknown> },
  { secret, know }: { secret: string; know(name: string, id: string): void },
): Promise<LiveJobs> => {
  const live = new Map<string, LiveJob>();
  const active: string[] = [];
  let made = 0;

  const post = (path: string, body?: unknown) => host.post(path, body) as Promise<{ id: string; run?: { id: string } }>;

  const make = async (): Promise<void> => {
    const name = `live-${++made}`;
    const { id } = await post('/jobs', { name, command: ['gated', 'x'], schedule: { cron: '@daily' }, retries: 0 });
    const attached = await post(`/jobs/${id}/secrets`, {
      location: 'PASS',
      secret: { name: `${name}-pass`, value: secret },
    });
    const run = (await post(`/jobs/${id}/start`)).run?.id ?? '';
    live.set(id, { run_name: run, attachment_id: attached.id });
    active.push(run);
    for (const [of, known] of Object.entries({ job_id: id, run_id: run, pod_name: `${run}-1`, recipe_name: name }))
      know(of, known);
    // Whoever follows it, or waits for its end, goes on.
    const oldest = active.length > alive ? active.shift() : undefined;
    if (oldest !== undefined) await host.runyard.runs.cancel(oldest).catch(() => undefined);
  };

  let making: Promise<void> | null = null;
  const faults: unknown[] = [];
  await make();
  const timer = setInterval(() => {
    // The requests may take away what is being made.
    making ??= make()
      .catch((error: unknown) => void faults.push(error))
      .finally(() => {
        making = null;
      });
  }, everyMs);
  return {
    of: (jobId) => live.get(jobId),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await making;
      if (faults.length > made / 2) throw new AggregateError(faults, 'Hardly any job was made.');
    },
  };
};
