import { expect, it } from 'vitest';
import { fuzzHost } from '../../../test/fuzz/fuzz-host.ts';
import { plainDoor } from '../../../test/fuzz/plain-door.ts';
import { expectRight, operationsOf, requestsOr, seed } from '../../../test/fuzz/send-all.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';

const requests = requestsOr(20_000);

/** Done nowhere here: they ask other machines or need images, need a run whose place does not answer, or are always refused. */
const undoable = ['abandonRun', 'buildImage', 'findImage', 'listImages', 'pingWebhook', 'refreshToken', 'scanHost'];
/** What needs a run that is active, or two ids that belong together. */
const ofLiveJobs = [
  'cancelRun',
  'stopJobRun',
  'updateSecretAttachment',
  'deleteSecretAttachment',
  'getRecipe',
  'activePodLogs',
];
const doneSomewhere = new Map<string, boolean>();

it.each([
  ['in memory', memoryStore(), Math.ceil(requests * 0.6)],
  ['in SQLite', sqliteStore(), Math.ceil(requests * 0.4)],
] as const)(
  `%s: requests made from the OpenAPI document, right and odd, get no answer of 500 or more, none hangs, and none tells of the inside or what is secret (FUZZ_SEED=${seed})`,
  async (_, store, count) => {
    await using host = await fuzzHost(plainDoor(store));
    const { done } = await expectRight(host, count);
    for (const id of operationsOf(host)) doneSomewhere.set(id, doneSomewhere.get(id) || done.has(id));
  },
  300_000,
);

// By fewer, chance leaves some out.
it.skipIf(requests < 20_000)(
  'nearly every operation that can be done here was done by some of them, and all that need something alive',
  () => {
    const never = [...doneSomewhere].flatMap(([id, isDone]) => (isDone || undoable.includes(id) ? [] : [id]));
    // Some are rare: of three, no more, chance may have made none that is right.
    expect(never.slice(3)).toEqual([]);
    expect(never.filter((id) => ofLiveJobs.includes(id))).toEqual([]);
    expect(doneSomewhere.size).toBeGreaterThan(undoable.length);
  },
);
