import { z } from 'zod';
import { id, keys, owner } from './answers.ts';
import { jobExample } from './examples.ts';

/** Who did what. */
export const auditEntry = z.object({
  id,
  at: z.string().meta({ example: '2026-02-01T09:30:00.125+00:00' }),
  by: z.object({
    id: z.string().describe('`user:<id>`, `token:<id>` or `system`.'),
    name: z.string().nullable().describe('What he was called then.'),
  }),
  action: z.string().describe('`<what>.<deed>`.').meta({ example: 'job.updated' }),
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  owner: owner.nullable().describe('Whose the subject was; null: nobody’s.'),
  details: z.record(z.string(), z.unknown()).describe('What else there is to tell, in the names of the library.'),
});

export const auditList = z.object({ entries: z.array(auditEntry), ...keys });

export const auditExample = {
  entries: [
    {
      id: '6c5b4a39281f4e0d9c8b7a6958473625',
      at: '2026-02-01T09:30:00.125+00:00',
      by: { id: 'user:alice', name: 'alice' },
      action: 'job.updated',
      subject: { kind: 'job', id: jobExample.id, name: 'nightly-etl' },
      owner: jobExample.owner,
      details: { changed: ['command'] },
    },
  ],
};
