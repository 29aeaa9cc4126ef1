import 'reflect-metadata';
import { it } from 'vitest';
import { fuzzHost } from '../../../test/fuzz/fuzz-host.ts';
import { type Mounted, mountedDoor } from '../../../test/fuzz/mounted-door.ts';
import { expectRight, requestsOr, seed } from '../../../test/fuzz/send-all.ts';
import { RunyardModule } from '../src/index.ts';
import { nestApp, platforms } from './support/nest-app.ts';

it.each(platforms)(
  `in a host on %s requests right and odd get no answer of 500 or more, none hangs, and none tells of the inside or what is secret (FUZZ_SEED=${seed})`,
  async (platform) => {
    await using host = await fuzzHost(
      mountedDoor(async (runyard) => {
        const nest = await nestApp(RunyardModule.forRoot(runyard, { bodyStallMs: 2_000 }), { platform });
        return {
          server: nest.app.getHttpServer(),
          refuses: byNest,
          [Symbol.asyncDispose]: () => nest[Symbol.asyncDispose](),
        };
      }),
    );
    await expectRight(host, requestsOr(1_500));
  },
  60_000,
);

// Its parsers and routers say it in their own way.
const byNest: NonNullable<Mounted['refuses']> = ({ status, body }) =>
  [400, 404, 413, 414, 415, 431].includes(status) &&
  (JSON.parse(body) as { statusCode?: number }).statusCode === status;
