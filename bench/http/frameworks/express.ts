import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runyardRouter } from '@runyard/express-router';
import express from 'express';
import type { Framework } from './framework.ts';

export const express5: Framework = {
  async listen(runyard, answers) {
    const app = express();
    // Our answers have none, and the bare ones are not to pay for it.
    app.set('etag', false);
    app.get('/bare/jobs/:id', (_request, response) => void response.json(answers.job));
    app.post('/bare/jobs/:id/start', express.json(), (_request, response) => void response.json(answers.started));
    app.use(runyardRouter(runyard));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
};
