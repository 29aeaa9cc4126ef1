// What the text around a fragment has said before; whole programs declare their own.
import type * as core from '@runyard/core';
import type * as docker from '@runyard/docker-executor';
import type * as postgres from '@runyard/postgres-store';

declare global {
  const runyard: core.Runyard;
  const createRunyard: typeof core.createRunyard;
  const dockerExecutor: typeof docker.dockerExecutor;
  const postgresStore: typeof postgres.postgresStore;
  /** Of the host. */
  const vault: {
    find(
      owner: string,
      name: string,
      options: { signal: AbortSignal },
    ): Promise<{ registry: string; user: string; token: string } | null>;
  };
}
