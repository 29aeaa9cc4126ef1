export type { EnvironmentJobOptions, FunctionJobOptions } from './methods/job.ts';
export { Job } from './methods/job.ts';
export type { OnRunEvent, OnRunOptions } from './methods/on-run.ts';
export { OnRun } from './methods/on-run.ts';
export type { RunyardModuleOptions, RunyardSource } from './options.ts';
export { RunyardModule } from './runyard-module.ts';
export { getRunyardToken, InjectRunyard, RUNYARD } from './tokens.ts';
