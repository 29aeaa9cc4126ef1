import { auditEntry, type Deed } from '../../access/audited.ts';
import type { Principal } from '../../access/principal.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';

/** What somebody does, for the audit trail: to be committed with the deed itself. */
export const auditChange = ({ clock, entropy }: EngineContext, principal: Principal, deed: Deed): Change => ({
  kind: 'audit.insert',
  entry: auditEntry(principal, deed, { id: entropy.id(), at: clock.now() }),
});
