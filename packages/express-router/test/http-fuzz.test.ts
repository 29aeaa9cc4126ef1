import { createHttpApp } from '@runyard/core/http';
import compression from 'compression';
import express5 from 'express';
import helmet from 'helmet';
import { it } from 'vitest';
import { fuzzHost } from '../../../test/fuzz/fuzz-host.ts';
import { type Mounted, mountedDoor } from '../../../test/fuzz/mounted-door.ts';
import { expectRight, requestsOr, seed } from '../../../test/fuzz/send-all.ts';
import { runyardRouter } from '../src/index.ts';
import { listen } from './support/listen.ts';

// No types are published under the alias; its API is the same where we use it.
const { default: express4 } = (await import('express4' as string)) as { default: typeof express5 };

it.each([
  ['Express 4', express4],
  ['Express 5', express5],
] as const)(
  `in a host of %s, behind helmet, compression and a parser, requests right and odd get no answer of 500 or more, none hangs, and none tells of the inside or what is secret (FUZZ_SEED=${seed})`,
  async (_, express) => {
    await using host = await fuzzHost(
      mountedDoor(async (runyard) => {
        const router = runyardRouter(runyard, { bodyStallMs: 2_000 });
        const app = express().use(helmet(), compression(), express.json(), router, router.errors, theirs);
        const { owns } = createHttpApp(runyard);
        const refuses: NonNullable<Mounted['refuses']> = ({ headers, body }, path) =>
          !owns(path) && (body === 'theirs' || `${headers['content-type']}`.startsWith('text/html'));
        return { ...(await listen(app)), refuses };
      }),
    );
    await expectRight(host, requestsOr(1_500));
  },
  60_000,
);

const theirs: express5.ErrorRequestHandler = (error, _request, response, _next) =>
  void response.status(error.status ?? 500).send('theirs');
