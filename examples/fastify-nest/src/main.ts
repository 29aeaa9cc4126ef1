import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';

// `pnpm start` builds and starts the service; PORT and DATA_DIR change where.
const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
app.setGlobalPrefix('ops', { exclude: ['health'] });
app.enableShutdownHooks(); // SIGTERM ends logs that are followed, then the server, then Runyard
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');

const url = await app.getUrl();
console.log(`listening on ${url}`);
console.log(`  curl -H 'X-Staff: alice' ${url}/ops/jobs`);
console.log(`  curl ${url}/health`);
