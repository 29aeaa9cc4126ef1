import { RunyardError } from '@runyard/core';

/** The job asks for something that this executor, as its host set it up, does not give. */
export const refuse = (field: string, received: string, because: string): never => {
  throw new RunyardError('unsupported-by-executor', `\`${field}\` is '${received}', but ${because}`, {
    field,
    received,
  });
};

export const refuseGpu = (because: string): never => {
  throw new RunyardError('gpu-unavailable', `\`hardware\` is 'gpu', but ${because}`, {
    field: 'hardware',
    received: 'gpu',
  });
};
