import { randomBytes } from 'node:crypto';
import { type FunctionContext, type JobInput, mintToken, type Runyard, type RunyardOptions } from '@runyard/core';

/** One way in which runs have to do with people: what the host is given, what is made before, and what each run says. */
export interface Way {
  name: string;
  /** The way that it is compared with. */
  beside?: 'plain' | 'lines';
  options?: RunyardOptions;
  /** Made before the job is; gives what of the job is as nobody else's. */
  prepare?(runyard: Runyard): Promise<Partial<JobInput>>;
  /** What the function does. Default: nothing. */
  act?(context: FunctionContext): void;
}

const encryptionKeys = [{ id: 'key', key: randomBytes(32) }];
// Nobody listens there, and no run fails.
const url = 'http://127.0.0.1:9/hook';
const publicUrl = 'http://127.0.0.1:9/api';
const lines = 3;

const say = ({ log, runId }: FunctionContext): void => {
  for (let n = 0; n < lines; n++) log(`run ${runId} has come to step ${n}, and nothing of it is to be hidden`);
};

const webhook = (given: { owner?: string; on?: ['run.last-failure'] }) => async (runyard: Runyard) => {
  await runyard.webhooks.create({ url, ...given });
  return {};
};

const withSecret = async (runyard: Runyard): Promise<Partial<JobInput>> => {
  await runyard.secrets.create({ name: 'db', value: mintToken({ name: 'any', scopes: [] }).token });
  return { secrets: [{ name: 'db', type: 'environment_variable', location: 'DB' }] };
};

export const ways: readonly Way[] = [
  { name: 'plain' },
  { name: 'webhook of others', options: { encryptionKeys }, prepare: webhook({ owner: 'user:somebody-else' }) },
  { name: 'webhook of failures', options: { encryptionKeys }, prepare: webhook({ on: ['run.last-failure'] }) },
  { name: 'webhook of all', options: { encryptionKeys }, prepare: webhook({}) },
  { name: 'notify', options: { notify: async () => {} } },
  { name: 'directory', options: { directory: true, encryptionKeys } },
  { name: 'job tokens', options: { directory: true, encryptionKeys, publicUrl } },
  { name: 'secret', options: { encryptionKeys }, prepare: withSecret },
  { name: 'lines', act: say },
  {
    name: 'lines, job tokens',
    beside: 'lines',
    act: say,
    options: { directory: true, encryptionKeys, publicUrl },
  },
  { name: 'lines, secret', beside: 'lines', act: say, options: { encryptionKeys }, prepare: withSecret },
];
