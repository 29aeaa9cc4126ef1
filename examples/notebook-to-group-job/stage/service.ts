import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRunyard, type Runyard } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import express from 'express';
import { listening } from './listening.ts';
import { type PassingClock, passingClock } from './passing-clock.ts';
import { doing } from './tell.ts';

export interface Service extends AsyncDisposable {
  runyard: Runyard;
  clock: PassingClock;
  /** Of the routes. */
  api: string;
}

/** An Express service with Runyard mounted in it: SQLite, local processes, a directory of people, a vault. */
export const startService = async (dataDir: string): Promise<Service> => {
  const clock = passingClock();
  const runyard = await createRunyard({
    dataDir,
    directory: { firstAdmin: 'ines' },
    encryptionKeys: [{ id: 'key-1', key: randomBytes(32) }], // in earnest: from where the service has its own secrets
    clock,
    logger: { debug: () => {}, info: () => {}, warn: complain, error: complain },
  });
  const app = express();
  app.use(runyardRouter(runyard));
  const { url, ...server } = await listening(createServer(app));
  return {
    runyard,
    clock,
    api: `${url}/api`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await runyard.close();
    },
  };
};

const complain = (fields: object, message: string): void =>
  doing('log of the service:', `${message} ${JSON.stringify(fields)}`);
