import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAttempts } from './attempts.ts';
import { carriersOf, signalAll } from './processes.ts';
import { answer } from './routes.ts';

export interface AgentSettings {
  /** What it holds, and who it is. */
  dir: string;
  token: string;
  /** 0: any that is free. */
  port: number;
  host?: string;
}

export interface Agent {
  readonly url: string;
  /** Listens no more; what runs goes on. `listen` again, on the same port, as after a network that was down. */
  hangUp(): Promise<void>;
  listen(): Promise<void>;
}

/** Holds attempts and answers for them. It knows them only while it runs, so it begins by ending what an earlier one left. */
export const startAgent = async ({ dir, token, port, host = '127.0.0.1' }: AgentSettings): Promise<Agent> => {
  const place = await placeOf(dir);
  for (
    let left = await carriersOf('AGENT_PLACE', place);
    left.length > 0;
    left = await carriersOf('AGENT_PLACE', place)
  ) {
    signalAll(left, 'SIGKILL');
    await sleep(10);
  }
  await rm(join(dir, 'attempts'), { recursive: true, force: true });
  const attempts = createAttempts(join(dir, 'attempts'), place);
  const server = createServer((request, response) => answer({ attempts, place, token }, request, response));
  let listening = port;
  const agent = {
    get url() {
      return `http://${host}:${listening}`;
    },
    async listen() {
      server.listen(listening, host);
      await once(server, 'listening');
      listening = (server.address() as AddressInfo).port;
    },
    async hangUp() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  await agent.listen();
  return agent;
};

// Made once, and kept with the folder: a handle names it, and an agent of another folder does not answer for it.
const placeOf = async (dir: string): Promise<string> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, 'place'), crypto.randomUUID(), { flag: 'wx' }).catch(() => {});
  return readFile(join(dir, 'place'), 'utf8');
};
