import { readFile, writeFile } from 'node:fs/promises';
import { openapiDocument } from '../src/http/openapi/document.ts';
import { routes } from '../src/http/routes/index-of-routes.ts';

// Writes openapi.json anew (then `pnpm run format`); a test fails while it is out of date.
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const document = openapiDocument(routes, { version, server: '/api' });
await writeFile(new URL('../openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
