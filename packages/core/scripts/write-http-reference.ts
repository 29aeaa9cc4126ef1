import { readFile, writeFile } from 'node:fs/promises';
import { accessTable } from '../test/support/http-access-table.ts';
import { httpReference } from './http-reference/http-reference.ts';

// Writes docs/http-reference.md anew, behind write-openapi.ts; a test fails while it is out of date.
const document = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'));
await writeFile(new URL('../../../docs/http-reference.md', import.meta.url), httpReference(document, accessTable));
