import type { Client } from '../client/client.ts';
import type { RunShape } from '../client/shapes.ts';

export interface StartRun {
  /** Makes the call repeatable: the same key gives the same run. */
  key: string;
  /** As `POST /jobs/{id}/start` takes them. */
  overrides: Readonly<Record<string, unknown>>;
}

export const startRun = async (
  client: Client,
  jobId: string,
  { key, overrides }: StartRun,
): Promise<Pick<RunShape, 'id' | 'state'>> => {
  const { run } = await client.send<{ run: Pick<RunShape, 'id' | 'state'> }>('POST', `/jobs/${jobId}/start`, {
    headers: { 'idempotency-key': key, 'x-runyard-trigger': 'manual' },
    body: overrides,
    repeatable: true,
  });
  return run;
};
