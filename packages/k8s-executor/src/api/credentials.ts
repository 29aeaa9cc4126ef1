import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Clock } from '@runyard/core';
import type { KubeConfigLike } from '../options.ts';
import { createAgents } from './agents.ts';
import { Unanswered } from './faults.ts';

/** With what a request is sent. */
export interface Credentials {
  headers: Readonly<Record<string, string>>;
  /** `user:password`. */
  auth?: string;
  agent: Agent;
}

export interface CredentialsSource {
  /** Rejects with `Unanswered`. */
  get(): Promise<Credentials>;
  /** The server did not take these: those that are given next are made anew. */
  renew(refused: Credentials): void;
  close(): void;
}

/**
 * What the kubeconfig says of us, asked for by one at a time and kept for 10 s: it reads files, and may start a program. Tokens and
 * certificates that change are taken up by that.
 */
export const createCredentials = (
  server: URL,
  { load, clock }: { load: (again: boolean) => Promise<KubeConfigLike>; clock: Clock },
): CredentialsSource => {
  const agents = createAgents(server);
  let known: { credentials: Credentials; at: number } | null = null;
  let asking: Promise<Credentials> | null = null;
  let again = false;

  const ask = async (): Promise<Credentials> => {
    try {
      const config = await load(again);
      again = false;
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const credentials = readOptions(options, agents.of(options));
      known = { credentials, at: clock.monotonic() };
      return credentials;
    } catch (error) {
      throw new Unanswered(`the kubeconfig gave no credentials: ${wordsOf(error)}`, error);
    } finally {
      asking = null;
    }
  };

  return {
    async get() {
      if (known !== null && clock.monotonic() - known.at < keptMs) return known.credentials;
      asking ??= ask();
      return asking;
    },
    renew(refused) {
      if (known?.credentials !== refused) return;
      known = null;
      again = true;
    },
    close: () => agents.close(),
  };
};

const keptMs = 10_000;

const readOptions = ({ headers, auth }: RequestOptions, agent: Agent): Credentials => ({
  headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)])),
  ...(typeof auth === 'string' && { auth }),
  agent,
});

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();
