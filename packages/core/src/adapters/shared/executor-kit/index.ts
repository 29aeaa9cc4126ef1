// `@runyard/core/executor-kit`: what executors of other packages share with ours.

export { leastMemory, modelWords } from '../../../domain/gpu/choose-gpus.ts';
export type { MemoryQuantity } from '../../../domain/job/parse-size.ts';
export { memorySchema, parseSizes } from '../../../domain/job/parse-size.ts';
export { parseWith } from '../../../domain/job/parse-with.ts';
export { workspacePath } from '../../../domain/job/workspace-path.ts';
export { generateScript } from '../../../domain/run/script.ts';
export { cranProgram, unreachableWords } from '../../../domain/run/script-packages.ts';
export { shellQuote, shellWords } from '../../../domain/run/shell-quote.ts';
export { sourcePaths } from '../../../domain/run/source-paths.ts';
export { gitFailure } from '../git/failure-by-words.ts';
export type { GitUrl } from '../git/git-url.ts';
export { allowedProtocols, httpOrigin, parseGitUrl } from '../git/git-url.ts';
export { sshCommand } from '../git/ssh-command.ts';
export type { CachedGpus, CachedGpusOptions } from '../gpu/cached-gpus.ts';
export { cachedGpus } from '../gpu/cached-gpus.ts';
export type { GpuDevice, GpuReading, RunTool, ToolAnswer } from '../gpu/gpu-device.ts';
export type { GpuOption, GpuSourceOptions } from '../gpu/gpu-source.ts';
export { gpuSource } from '../gpu/gpu-source.ts';
export { hostDev } from '../gpu/kfd.ts';
export { localGpus } from '../gpu/local-gpus.ts';
export { readGpus } from '../gpu/read-gpus.ts';
export type { ReadOptions as ReadGpusOptions } from '../gpu/read-options.ts';
export { vendorOf } from '../gpu/vendor-of.ts';
export { bounded } from './bounded.ts';
export { fillWorkspace } from './fill-workspace.ts';
export { pullFailure } from './pull-failure.ts';
export { unlessAborted } from './unless-aborted.ts';
