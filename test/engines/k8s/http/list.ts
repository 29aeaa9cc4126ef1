import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults, KubeObject } from '../cluster.ts';
import { keyOf } from '../objects/history.ts';
import { itemJsonOf } from '../objects/json.ts';
import type { Store } from '../objects/store.ts';
import { apiVersionOf } from '../resources.ts';
import type { Call } from './call.ts';
import { type Answer, badRequest, expired, refusal } from './refusal.ts';
import { selectorOf } from './selectors.ts';
import { readVersion } from './version.ts';

/** How long a list waits for a version that is still to come. */
const futureWaitMs = 3000;

export async function list(store: Store, call: Call, faults: Faults | undefined): Promise<Answer> {
  const selector = selectorOf(call.info, call.query);
  const token = call.query.get('continue');
  const start = token ? readToken(token) : null;
  const exact = await exactVersion(store, call, start);
  const { resource } = call.info;
  const version = exact ?? store.version();
  const objects = exact === null ? store.table(resource) : store.history(resource).undo(store.table(resource), exact);

  const all = [...objects]
    .filter(([, object]) => isIn(call, object) && (!selector || selector(object)))
    .map(([, object]) => ({ key: keyIn(call, object), object }))
    .filter(({ key }) => !start || key >= start.start)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ object }) => object);
  const limit = Number(call.query.get('limit') ?? 0);
  const page = limit > 0 ? all.slice(0, limit) : all;
  const left = all.length - page.length;
  const last = page.at(-1);
  return listAnswer(call, scrambled(page, faults), {
    resourceVersion: String(version),
    ...(left && last
      ? {
          continue: encode({ rv: version, start: `/${keyIn(call, last)}\0` }),
          ...(selector ? {} : { remainingItemCount: left }),
        }
      : {}),
  });
}

/** Objects as items of a list, each written out once. */
export function listAnswer({ info }: Call, objects: readonly KubeObject[], metadata: object): Answer {
  const head = JSON.stringify({ kind: `${info.kind}List`, apiVersion: apiVersionOf(info), metadata });
  const body = `${head.slice(0, -1)},"items":[${objects.map(itemJsonOf).join(',')}]}`;
  return { status: 200, body, contentType: 'application/json' };
}

const isIn = ({ info, namespace }: Call, object: KubeObject) =>
  !info.namespaced || namespace === null || object.metadata.namespace === namespace;

const keyIn = ({ namespace }: Call, object: KubeObject) => (namespace === null ? keyOf(object) : object.metadata.name);

// null: what stands there now.
async function exactVersion(store: Store, call: Call, start: Token | null): Promise<number | null> {
  const { resource } = call.info;
  const asked = call.query.get('resourceVersion') ?? '';
  const match = call.query.get('resourceVersionMatch');
  const oldest = store.history(resource).oldest();
  if (start) {
    if (asked && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue');
    if (start.rv < 0) return null;
    if (start.rv < oldest) throw expiredToken(start);
    return start.rv;
  }
  const version = asked ? readVersion(asked) : 0;
  if (match === 'Exact') {
    if (version < oldest) throw expired('The resourceVersion for the provided list is too old.');
    await reached(store, version, call.signal);
    return version;
  }
  await reached(store, version, call.signal);
  return null;
}

async function reached(store: Store, version: number, signal: AbortSignal): Promise<void> {
  const until = performance.now() + futureWaitMs;
  while (store.version() < version) {
    if (performance.now() > until) throw tooLarge(store, version);
    await sleep(50, undefined, { signal });
  }
}

function tooLarge(store: Store, version: number) {
  const thrown = refusal(504, `Timeout: Too large resource version: ${version}, current: ${store.version()}`, {
    reason: 'Timeout',
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
  thrown.answer.headers = { 'retry-after': '1' };
  return thrown;
}

interface Token {
  rv: number;
  start: string;
}

const encode = ({ rv, start }: Token) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');

function readToken(text: string): Token {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start: start.replace(/^\//, '') };
  } catch {}
  throw badRequest(
    "invalid continue token: continue key is not valid: invalid character '\\u0081' looking for beginning of value",
  );
}

const expiredToken = ({ start }: Token) =>
  expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use ' +
      'the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - ' +
      'objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: encode({ rv: -1, start: `/${start}` }) },
  );

function scrambled(page: readonly KubeObject[], faults: Faults | undefined): readonly KubeObject[] {
  if (!faults || faults.random() >= (faults.scrambled ?? 0)) return page;
  const items = page.flatMap((object) => (faults.random() < 0.2 ? [object, object] : [object]));
  return items
    .map((object) => ({ object, at: faults.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ object }) => object);
}
