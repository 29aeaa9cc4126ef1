import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createRunyard, isRunyardError, type Runyard } from '@runyard/core';
import { runyardRouter } from '@runyard/express-router';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { executors, jobs } from './jobs.ts';
import { principalOf } from './principal-of.ts';
import { type RequestOfUser, sessions } from './sessions.ts';
import { signedIn, type User } from './users.ts';

export interface Service extends AsyncDisposable {
  url: string;
}

/** The service, with Runyard in it; `port` 0 takes any. */
export const startService = async ({ dataDir, port }: { dataDir: string; port: number }): Promise<Service> => {
  const runyard = await createRunyard({
    dataDir,
    executors,
    defaultExecutor: 'process',
    // Express has run the session middleware by then: `native.req` is its request.
    authenticate: (_request, native) => {
      const { user } = native.req as RequestOfUser;
      return user ? principalOf(user) : null;
    },
    logger: { debug: () => {}, info: () => {}, warn: complain, error: complain },
  });
  const applied = await runyard.jobs.apply(jobs);
  const remindersId = applied[0]?.job.id ?? '';

  const server = serviceApp(runyard, remindersId).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    // First no more requests, then Runyard lets go of its jobs: commands go on, and the next start adopts them.
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await runyard.close();
    },
  };
};

const serviceApp = (runyard: Runyard, remindersId: string): Express => {
  const { begin, end, read } = sessions();
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  app.use(read);

  app.post('/login', (request, response) => {
    const user = signedIn(request.body?.login, request.body?.password);
    if (!user) return void response.status(401).json({ error: 'No such user, or another password.' });
    begin(response, user);
    response.json({ hello: user.login });
  });
  app.post('/logout', (request, response) => void response.json({ signedOut: end(request) }));

  // A route of the service that starts a job for whoever asks: `as` refuses what he may not do.
  app.post('/invoices/:id/remind', async (request, response) => {
    const services = runyard.as(principalOf(userOf(request)));
    const run = await services.jobs.start(remindersId, {
      arguments: [request.params.id],
      trigger: 'manual',
      concurrencyPolicy: 'Allow',
    });
    response.status(202).json({ run: run.id });
  });

  // Everything of Runyard: GET /ops/api/jobs, POST /ops/api/jobs/{id}/start, … The body parser before it is no trouble.
  app.use('/ops', runyardRouter(runyard));

  app.use((_request, response) => void response.status(404).json({ error: 'There is no such page.' }));
  app.use(asThisServiceAnswers);
  return app;
};

const userOf = (request: RequestOfUser): User => {
  if (!request.user) throw Object.assign(new Error('Sign in first.'), { status: 401 });
  return request.user;
};

// Runyard's routes answer their errors themselves. Here come those of the service: what its routes and the body parser refuse, and calls of the library.
const asThisServiceAnswers: ErrorRequestHandler = (error, _request, response, _next) => {
  if (isRunyardError(error) && error.code === 'job-not-found')
    return void response.status(403).json({ error: 'Only accounting reminds customers.' });
  if (error.status < 500) return void response.status(error.status).json({ error: error.message });
  complain({ error }, 'a request failed');
  response.status(500).json({ error: 'Something went wrong here.' });
};

function complain(fields: object, message: string): void {
  console.error('runyard:', message, fields);
}
