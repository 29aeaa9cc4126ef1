import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitServer, type ServerOptions } from '../../../../test/engines/git-server.ts';
import { type Repository, repository } from './repository.ts';

/** A git server with repositories of its own. */
export interface GitHost extends AsyncDisposable {
  /** A new one, and where pods find it. */
  repository(): Repository & { url: string };
  readonly url: string;
  readonly requests: readonly string[];
}

/** @param name by which pods reach this machine */
export const gitHost = async ({
  name,
  ...options
}: Omit<ServerOptions, 'root'> & { name: string }): Promise<GitHost> => {
  const root = await mkdtemp(join(tmpdir(), 'git-'));
  const server = await gitServer({ root, ...(name !== '127.0.0.1' && { host: '0.0.0.0' }), ...options });
  const url = `http://${name}:${server.port}`;
  let made = 0;
  return {
    ...{ url, requests: server.requests },
    repository() {
      const folder = `r${made++}`;
      return { ...repository(join(root, folder)), url: `${url}/${folder}` };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
