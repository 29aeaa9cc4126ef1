import type { Share } from './decision.ts';
import type { Gpu } from './gpu/gpu.ts';
import { gpusInWords, requestInWords, whoHolds } from './gpu/gpu-words.ts';
import type { GpuRequest } from './job/size.ts';
import { inWords } from './run/resources.ts';
import type { Resources, Run } from './run/run.ts';

/* What a queued run says of what it waits for. */

export const silence = ({ executor }: Run, silent: ReadonlyMap<string, string>): string =>
  `Waits for the executor '${executor}', which does not answer: ${silent.get(executor) ?? 'it was not asked yet'}`;

/** What a run says whose executor this host does not have. */
export const notConfigured = (executor: string): string =>
  `Waits for the executor '${executor}', which is not configured here: configure it again, or cancel the run.`;

export const tooLarge = ({ executor }: Run, takes: Resources, all: Resources): string =>
  `It asks for ${inWords(takes)}, but all that '${executor}' has is ${inWords(all)}. Choose a smaller size, or raise the executor's capacity.`;

export const tooManyGpus = ({ executor }: Run, request: GpuRequest, gpus: readonly Gpu[]): string =>
  `It asks for ${requestInWords(request)}, but all that '${executor}' has is ${gpusInWords(gpus)}. Choose another size, or look at why a device is missing.`;

export const inUse = ({ executor }: Run, takes: Resources, all: Resources): string =>
  `Waits for ${inWords(takes)}: other runs use what '${executor}' has (${inWords(all)}).`;

export const gpusInUse = (request: GpuRequest, { gpus, held }: { gpus: readonly Gpu[]; held: Share['held'] }): string =>
  `Waits for ${requestInWords(request)}: ${whoHolds(request, gpus, held)}.`;

export const behind = ({ id, size }: Run): string =>
  `Waits behind run ${id} (size ${size}), which has waited too long already.`;
