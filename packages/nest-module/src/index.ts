export type { RoutingOptions, RunyardAsyncOptions, RunyardSource } from './options.ts';
export { RunyardModule } from './runyard-module.ts';
export { RUNYARD } from './tokens.ts';
