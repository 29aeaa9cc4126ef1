import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.ts';

// `pnpm start` builds and starts the service; PORT and DATA_DIR change where.
const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks(); // SIGTERM lets go of Runyard: its jobs go on, and the next start adopts them
const document = new DocumentBuilder()
  .setTitle('Our service')
  .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' })
  .build();
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document)); // Runyard's operations are in it
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');

const url = await app.getUrl();
console.log(`listening on ${url}`);
console.log(`  curl -H 'X-Api-Key: alices-key' ${url}/api/jobs`);
console.log(`  and ${url}/docs in a browser`);
