import { readFile, writeFile } from 'node:fs/promises';
import { allRoutes } from '../src/http/all-routes.ts';
import { openapiDocument } from '../src/http/openapi/document.ts';

// Writes openapi.json anew (then `pnpm run format`); a test fails while it is out of date.
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const document = openapiDocument(allRoutes, { version, server: '/api' });
await writeFile(new URL('../openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
