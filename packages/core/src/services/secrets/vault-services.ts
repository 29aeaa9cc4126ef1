import type { Principal } from '../../access/principal.ts';
import type { Vault } from '../../access/vault/vault.ts';
import type { EngineContext } from '../../engine/context.ts';

/** What a service works with that keeps encrypted values. */
export interface VaultServices {
  context: EngineContext;
  principal: Principal;
  vault: Vault;
}
