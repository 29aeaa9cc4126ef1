import { attachmentId } from '../../src/http/attachments/attachment-id.ts';
import type { Whose, World } from './http-world.ts';

/** A request of a route that is right, for a thing of somebody. */
export interface RouteCall {
  path: string;
  body?: Record<string, unknown>;
  query?: Record<string, string>;
  /** The job that it is about, where it is about one. */
  job?: string;
}

type MakeCall = (world: World, whose: Whose) => Promise<RouteCall> | RouteCall;

const aboutJob =
  (behind = '', body?: Record<string, unknown>): MakeCall =>
  async (world, whose) => {
    const job = await world.job(whose);
    return { path: `/jobs/${job}${behind}`, job, ...(body && { body }) };
  };

const aboutRun =
  (behind = ''): MakeCall =>
  async (world, whose) => {
    const job = await world.job(whose);
    const run = await world.runyard.jobs.start(job);
    return { path: `/runs/${run.id}${behind}`, job };
  };

/** An attempt of a new run, which the scripted executor lets hang. */
const aboutPod =
  (path: (pod: string) => string): MakeCall =>
  async (world, whose) => {
    const job = await world.job(whose);
    const { id } = await world.runyard.jobs.start(job);
    while ((await world.runyard.runs.get(id)).attempts.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
    return { path: path(`${id}-1`), job };
  };

const recipe: MakeCall = (world, whose) => ({
  path: '/recipes',
  body: { type: 'job', spec: { name: world.unique(), command: 'x', owner: world.owner(whose) } },
});

const aboutWebhook =
  (behind = '', body?: Record<string, unknown>): MakeCall =>
  async (world, whose) => ({ path: `/webhooks/${await world.webhook(whose)}${behind}`, ...(body && { body }) });

/** A job with three secrets, of which it is about the first. */
const attached = async (world: World, whose: Whose) => {
  const job = await world.job(whose);
  const { name } = await world.runyard.secrets.get(await world.secret(whose));
  const secrets = ['A', 'B', 'C'].map((location) => ({ name, type: 'environment_variable', location }) as const);
  await world.runyard.jobs.update(job, { secrets });
  const [first] = secrets;
  return { path: `/jobs/${job}/secrets/${first ? attachmentId(job, first) : ''}`, job };
};

const ofUser = (world: World, whose: Whose): string => (whose === 'own' ? world.people.ann : world.people.zoe);

/** One for every route, by method and path. Each makes what it is about anew. */
export const routeCalls: Readonly<Record<string, MakeCall>> = {
  'GET /healthz': () => ({ path: '/healthz' }),
  'GET /readyz': () => ({ path: '/readyz' }),
  'GET /status': () => ({ path: '/status' }),
  'GET /openapi.json': () => ({ path: '/openapi.json' }),

  'GET /info': () => ({ path: '/info' }),
  'GET /info/servers': () => ({ path: '/info/servers' }),
  'GET /jobs/info': () => ({ path: '/jobs/info' }),

  'GET /jobs': () => ({ path: '/jobs' }),
  'POST /jobs': (world, whose) => ({
    path: '/jobs',
    body: { name: world.unique(), command: 'x', owner: world.owner(whose) },
  }),
  'PUT /jobs': (world, whose) => ({
    path: '/jobs',
    body: { jobs: [{ name: world.unique(), command: 'x', owner: world.owner(whose) }] },
  }),
  'GET /jobs/{job_id}': aboutJob(),
  'PATCH /jobs/{job_id}': aboutJob('', { retries: 2 }),
  'DELETE /jobs/{job_id}': async (world, whose) => ({
    ...(await aboutJob()(world, whose)),
    query: { allow_active: 'true' },
  }),
  'GET /jobs/{job_id}/preview': async (world, whose) => ({
    ...(await aboutJob('/preview')(world, whose)),
    query: { n: '2' },
  }),
  'POST /jobs/check': (world, whose) => ({
    path: '/jobs/check',
    body: { name: world.unique(), command: 'x', owner: world.owner(whose) },
  }),
  'POST /jobs/{job_id}/check': aboutJob('/check'),
  'POST /jobs/{job_id}/clone': aboutJob('/clone', { changes: { retries: 2 } }),
  'POST /jobs/{job_id}/start': aboutJob('/start'),
  'POST /jobs/{job_id}/restart': aboutJob('/restart'),
  'POST /jobs/{job_id}/stop': aboutJob('/stop'),
  'POST /jobs/{job_id}/stop/{run_name}': async (world, whose) => {
    const job = await world.job(whose);
    return { path: `/jobs/${job}/stop/${(await world.runyard.jobs.start(job)).id}`, job };
  },
  'GET /jobs/{job_id}/occurrences': aboutJob('/occurrences'),
  'POST /jobs/{job_id}/schedule': aboutJob('/schedule', { schedule: '0 6 * * *' }),
  'POST /jobs/{job_id}/unschedule': async (world, whose) => {
    const call = await aboutJob('/unschedule')(world, whose);
    await world.runyard.jobs.update(call.job ?? '', { schedule: { cron: '0 6 * * *' } });
    return call;
  },

  'GET /jobs/{job_id}/secrets': async (world, whose) => {
    const { job } = await attached(world, whose);
    return { path: `/jobs/${job}/secrets`, job };
  },
  'POST /jobs/{job_id}/secrets': async (world, whose) => {
    const job = await world.job(whose);
    return {
      path: `/jobs/${job}/secrets`,
      job,
      body: { secret_id: await world.secret(whose), location: 'PASSWORD' },
    };
  },
  'GET /jobs/{job_id}/secrets/{attachment_id}': attached,
  'PATCH /jobs/{job_id}/secrets/{attachment_id}': async (world, whose) => ({
    ...(await attached(world, whose)),
    body: { location: 'ELSEWHERE' },
  }),
  'DELETE /jobs/{job_id}/secrets/{attachment_id}': attached,

  'GET /runs': () => ({ path: '/runs' }),
  'GET /runs/{run_id}': aboutRun(),
  'GET /runs/{run_id}/wait': async (world, whose) => ({
    ...(await aboutRun('/wait')(world, whose)),
    query: { timeout_ms: '1' },
  }),
  'GET /runs/{run_id}/logs': aboutRun('/logs'),
  'POST /runs/{run_id}/cancel': aboutRun('/cancel'),
  'POST /runs/{run_id}/abandon': aboutRun('/abandon'),

  'GET /built_images': () => ({ path: '/built_images' }),
  'GET /built_images/find': () => ({ path: '/built_images/find', query: { ref: 'built:1' } }),
  'POST /built_images': () => ({ path: '/built_images', body: { base: 'python:3' } }),

  'GET /secrets': () => ({ path: '/secrets' }),
  'POST /secrets': (world, whose) => ({
    path: '/secrets',
    body: { name: world.unique(), value: 'plain text', owner: world.owner(whose) },
  }),
  'POST /secrets/rotate': () => ({ path: '/secrets/rotate' }),
  'GET /secrets/{secret_id}': async (world, whose) => ({ path: `/secrets/${await world.secret(whose)}` }),
  'PATCH /secrets/{secret_id}': async (world, whose) => ({
    path: `/secrets/${await world.secret(whose)}`,
    body: { value: 'another text' },
  }),
  'DELETE /secrets/{secret_id}': async (world, whose) => ({ path: `/secrets/${await world.secret(whose)}` }),

  'GET /git_credentials': () => ({ path: '/git_credentials' }),
  'POST /git_credentials': (world, whose) => ({
    path: '/git_credentials',
    body: { kind: 'ssh', name: world.unique(), owner: world.owner(whose) },
  }),
  // Nothing listens there.
  'POST /git_credentials/scan_host': () => ({
    path: '/git_credentials/scan_host',
    body: { host: '127.0.0.1', port: 1 },
  }),
  'GET /git_credentials/{credential_id}': async (world, whose) => ({
    path: `/git_credentials/${await world.credential(whose)}`,
  }),
  'PATCH /git_credentials/{credential_id}': async (world, whose) => ({
    path: `/git_credentials/${await world.credential(whose)}`,
    body: { token: 'another text' },
  }),
  'DELETE /git_credentials/{credential_id}': async (world, whose) => ({
    path: `/git_credentials/${await world.credential(whose)}`,
  }),

  'GET /webhooks': () => ({ path: '/webhooks' }),
  'POST /webhooks': (world, whose) => ({
    path: '/webhooks',
    body: { url: 'https://hooks.example.com/x', owner: world.owner(whose) },
  }),
  'GET /webhooks/host/deliveries': () => ({ path: '/webhooks/host/deliveries' }),
  'GET /webhooks/{webhook_id}': aboutWebhook(),
  'PATCH /webhooks/{webhook_id}': aboutWebhook('', { enabled: false }),
  'DELETE /webhooks/{webhook_id}': aboutWebhook(),
  'POST /webhooks/{webhook_id}/rotate': aboutWebhook('/rotate'),
  'POST /webhooks/{webhook_id}/ping': aboutWebhook('/ping'),
  'GET /webhooks/{webhook_id}/deliveries': aboutWebhook('/deliveries'),

  'GET /users': () => ({ path: '/users' }),
  'POST /users': (world) => ({ path: '/users', body: { username: world.unique() } }),
  'GET /users/me': () => ({ path: '/users/me' }),
  'GET /users/{user_id}': (world, whose) => ({ path: `/users/${ofUser(world, whose)}` }),
  'PATCH /users/{user_id}': (world, whose) => ({
    path: `/users/${ofUser(world, whose)}`,
    body: { full_name: 'Some Body' },
  }),
  // Ann owns something, and so stays.
  'DELETE /users/{user_id}': async (world, whose) => {
    if (whose === 'own') await world.job('own');
    return { path: `/users/${whose === 'own' ? world.people.ann : await world.user()}` };
  },

  'GET /groups': () => ({ path: '/groups' }),
  'POST /groups': (world) => ({ path: '/groups', body: { groupname: world.unique() } }),
  'GET /groups/{group_id}': async (world, whose) => ({ path: `/groups/${await world.group(whose)}` }),
  'PATCH /groups/{group_id}': async (world, whose) => ({
    path: `/groups/${await world.group(whose)}`,
    body: { description: 'Some' },
  }),
  'DELETE /groups/{group_id}': async (world, whose) => ({ path: `/groups/${await world.group(whose)}` }),
  'GET /groups/{group_id}/members': async (world, whose) => ({ path: `/groups/${await world.group(whose)}/members` }),
  'POST /groups/{group_id}/members': async (world, whose) => ({
    path: `/groups/${await world.group(whose)}/members`,
    body: { user_id: world.people.eve },
  }),
  'DELETE /groups/{group_id}/members/{user_id}': async (world, whose) => ({
    path: `/groups/${await world.group(whose)}/members/${world.people.ben}`,
  }),
  'DELETE /groups/{group_id}/members': async (world, whose) => ({
    path: `/groups/${await world.group(whose)}/members`,
    query: { user_id: world.people.ben },
  }),

  'GET /tokens': () => ({ path: '/tokens' }),
  'POST /tokens': (world, whose) => ({
    path: '/tokens',
    body: { name: world.unique(), user_id: ofUser(world, whose) },
  }),
  'GET /tokens/{token_id}': async (world, whose) => ({
    path: `/tokens/${(await world.token(ofUser(world, whose))).id}`,
  }),
  'DELETE /tokens/{token_id}': async (world, whose) => ({
    path: `/tokens/${(await world.token(ofUser(world, whose))).id}`,
  }),
  'POST /tokens/{token_id}/rotate': async (world, whose) => ({
    path: `/tokens/${(await world.token(ofUser(world, whose))).id}/rotate`,
  }),

  'GET /metrics': () => ({ path: '/metrics' }),
  'GET /audit': () => ({ path: '/audit' }),

  'GET /recipes': () => ({ path: '/recipes' }),
  'POST /recipes': recipe,
  'PUT /recipes': recipe,
  'GET /recipes/{recipe_type}/{recipe_name}': async (world, whose) => {
    const job = await world.job(whose);
    const { name, owner } = (await world.runyard.jobs.get(job)).spec;
    return { path: `/recipes/job/${name}`, query: { owner_id: owner }, job };
  },
  'GET /jobs/{job_id}/recipe': aboutJob('/recipe'),
  'GET /jobs/{job_id}/runtimesummary': aboutJob('/runtimesummary'),
  'GET /jobs/{job_id}/history': aboutJob('/history'),
  'GET /jobs/{job_id}/logs': aboutJob('/logs'),
  'GET /jobs/{job_id}/metrics': aboutJob('/metrics'),
  'GET /jobs/{job_id}/clusters': aboutJob('/clusters'),
  'GET /active/pods': () => ({ path: '/active/pods' }),
  'GET /active/pods/{pod_name}': aboutPod((pod) => `/active/pods/${pod}`),
  'GET /active/pods/{pod_name}/logs': aboutPod((pod) => `/active/pods/${pod}/logs`),
  'GET /pod/namespace/{namespace}/name/{pod_name}/runtimesummary': aboutPod(
    (pod) => `/pod/namespace/main-namespace/name/${pod}/runtimesummary`,
  ),
  'GET /active/resources': () => ({ path: '/active/resources' }),
  'GET /user': () => ({ path: '/user' }),
  'GET /user/owners': () => ({ path: '/user/owners' }),
  'GET /orgs': () => ({ path: '/orgs' }),
  'GET /orgs/{org}/owners': () => ({ path: '/orgs/runyard/owners' }),
  'GET /limits': () => ({ path: '/limits' }),
  'POST /auth/token': () => ({ path: '/auth/token', body: { grant_type: 'refresh_token', refresh_token: 'x' } }),
};

/** Its address, with the query. */
export const addressOf = ({ path, query }: RouteCall): string =>
  query ? `${path}?${new URLSearchParams(query)}` : path;
