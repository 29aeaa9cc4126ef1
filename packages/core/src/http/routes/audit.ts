import { z } from 'zod';
import { auditAnswer } from '../answers/audit-answer.ts';
import { pageKeys, pageOptions } from '../answers/page-answer.ts';
import { ownerFilter } from '../names/owner-filter.ts';
import { json, route } from '../route.ts';
import { auditExample, auditList } from '../schemas/audit.ts';
import { instant, ownerQuery, paging } from '../schemas/query.ts';

/** The audit trail. */
export const listAudit = route({
  method: 'GET',
  path: '/audit',
  id: 'listAudit',
  summary: 'List who did what, newest first',
  description: 'Owners see what was done to theirs, admins all.',
  query: z.object({
    ...paging,
    ...ownerQuery,
    subject: z.string().optional().describe('Id of what it was done to.'),
    by: z.string().optional().describe('`user:<id>`, `token:<id>` or `system`.'),
    action: z.string().optional().describe('`job.updated`, or `job` for all that was done to jobs.'),
    from: instant.optional(),
    to: instant.optional().describe('Included.'),
  }),
  answers: { 200: { description: 'A page of entries', schema: auditList, example: auditExample } },
  handle: async ({ services, owners, query }) => {
    const owner = await ownerFilter(query, owners);
    const { subject, by, action, from, to } = query;
    const page = await services.audit.list({
      ...pageOptions(query),
      ...(owner !== undefined && { owner }),
      ...(subject !== undefined && { subject }),
      ...(by !== undefined && { by }),
      ...(action !== undefined && { action }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    const names = await owners.named(page.items.map((entry) => entry.owner));
    return json({ entries: page.items.map((entry) => auditAnswer(entry, names)), ...pageKeys(page) });
  },
});
