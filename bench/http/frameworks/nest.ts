import { createRequire } from 'node:module';
import type { BareAnswers, Framework } from './framework.ts';

// Nest is a dependency of its module alone.
const required = createRequire(new URL('../../../packages/nest-module/package.json', import.meta.url));

export const nestExpress: Framework = {
  listen: async (runyard, answers) => {
    const { ExpressAdapter } = required('@nestjs/platform-express');
    const adapter = new ExpressAdapter();
    // As in express.ts.
    adapter.set('etag', false);
    return listenOn(adapter, { runyard, answers });
  },
};

export const nestFastify: Framework = {
  listen: async (runyard, answers) => {
    const { FastifyAdapter } = required('@nestjs/platform-fastify');
    return listenOn(new FastifyAdapter(), { runyard, answers });
  },
};

const listenOn = async (adapter: unknown, { runyard, answers }: { runyard: unknown; answers: BareAnswers }) => {
  required('reflect-metadata');
  const { Controller, Get, HttpCode, Module, Post } = required('@nestjs/common');
  const { NestFactory } = required('@nestjs/core');
  const { RunyardModule } = required('./dist/index.cjs');
  class BareController {
    get(): object {
      return answers.job;
    }
    start(): object {
      return answers.started;
    }
  }
  const decorate = (name: 'get' | 'start', ...decorators: ((...given: unknown[]) => void)[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(BareController.prototype, name);
    for (const each of decorators) each(BareController.prototype, name, descriptor);
  };
  decorate('get', Get('jobs/:id'));
  decorate('start', Post('jobs/:id/start'), HttpCode(200));
  Controller('bare')(BareController);
  class AppModule {}
  Module({ imports: [RunyardModule.forRoot(runyard)], controllers: [BareController] })(AppModule);
  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return Number(new URL(await app.getUrl()).port);
};
