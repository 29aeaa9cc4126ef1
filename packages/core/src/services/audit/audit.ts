import { z } from 'zod';
import { type Principal, visibleOwnersAmong } from '../../access/principal.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import type { EngineContext } from '../../engine/context.ts';
import { instant, lineOf } from '../documents/texts.ts';
import { mayDo } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { Audit } from './api.ts';

export const createAudit = ({ store }: EngineContext, principal: Principal): Audit => ({
  async list({ owner, subject, by, action, from, to, ...paging } = {}) {
    mayDo(principal, 'audit.read');
    parseWith(filterSchema, { owner, subject, by, action, from, to }, { code: 'invalid-request' });
    const owners = visibleOwnersAmong(principal, owner);
    return store.audit({
      ...pageQuery(paging, true),
      ...(owners && { owners }),
      ...(subject !== undefined && { subject }),
      ...(by !== undefined && { by }),
      ...(action !== undefined && { action }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
  },
});

const filterSchema = z.strictObject({
  owner: lineOf(300).optional(),
  subject: lineOf(300).optional(),
  by: lineOf(300).optional(),
  action: lineOf(300).optional(),
  from: instant.optional(),
  to: instant.optional(),
});
