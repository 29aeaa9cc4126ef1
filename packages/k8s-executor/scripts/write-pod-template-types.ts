import { writeFile } from 'node:fs/promises';
import { podTemplateTypesText } from './pod-template-types.ts';

// Writes the table anew after an update of the client; a test fails while it is out of date.
await writeFile(new URL('../src/manifest/overlay/pod-template-types.ts', import.meta.url), podTemplateTypesText());
