import { ContextIdFactory, type DiscoveryService, ModuleRef } from '@nestjs/core';
import { RunyardError } from '@runyard/core';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** `given` is what the method is called with, and what `@Inject(REQUEST)` gives below it. */
export type CallMethod = (given?: unknown) => unknown;

/** Calls a provider's method. One of a provider that is made for each request is called on one that is made for this call. */
export const callMethod = (wrapper: Wrapper, name: string): CallMethod => {
  const on = (instance: Record<string, CallMethod>, given: unknown): unknown => instance[name]?.(given);
  const isShared = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
  return isShared ? (given) => on(wrapper.instance, given) : async (given) => on(await resolve(wrapper, given), given);
};

const resolve = ({ host, token, name }: Wrapper, given: unknown): Promise<Record<string, CallMethod>> => {
  const moduleRef: ModuleRef | undefined = host?.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
  if (!moduleRef)
    throw new RunyardError('internal', `${String(name)} belongs to no module, so that none can be made for this call.`);
  const contextId = ContextIdFactory.create();
  moduleRef.registerRequestByContextId(given, contextId);
  return moduleRef.resolve(token as symbol, contextId, { strict: true });
};
