import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { appModule } from './app-module.ts';

// `node main.ts` starts the service; PORT and DATA_DIR change where.
const dataDir = process.env.DATA_DIR ?? fileURLToPath(new URL('.runyard', import.meta.url));
const app = await NestFactory.create(appModule({ dataDir }), { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');

const url = await app.getUrl();
console.log(`listening on ${url}`);
console.log(`  curl -H 'X-Api-Key: alices-key' ${url}/api/jobs`);
