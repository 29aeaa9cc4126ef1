import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpHost, read } from './support/http-host.ts';
import { publishedFaults } from './support/published-faults.ts';
import { type Client, firstClient, generatedClient } from './support/saturn-client.ts';
import { saturnHost } from './support/saturn-host.ts';

/* What the two clients of the published API break on, each by name. */

let host: HttpHost;
let names = 0;
beforeAll(async () => {
  host = await saturnHost();
});
afterAll(() => host[Symbol.asyncDispose]());

const newJob = (fields: object = {}) => host.job({ name: `trap-${++names}`, command: 'hang', ...fields });
const first = () => firstClient(host);
const generated = () => generatedClient(host);
const started = async (job: { id: string }): Promise<string> => (await host.runyard.jobs.start(job.id)).id;
/** A run that has ended, of a job that prints what it is given. */
const ended = async (job: { id: string }): Promise<string> => {
  const run = await started(job);
  await host.runyard.runs.wait(run);
  return run;
};

describe('the first client', () => {
  it('trap 1: gets no empty list of job_summaries, which it cannot reduce', async () => {
    const job = await newJob();
    const path = `/api/jobs/${job.id}/runtimesummary`;
    expect(await first().ask('GET', path)).toEqual({ pod_summaries: [] });
    expect(await generated().ask('GET', path)).toEqual({ job_summaries: [] });
  });

  it('trap 2: gets a started_at of every pod, also of those that have not begun, which it sorts by', async () => {
    const job = await newJob({ command: 'wait' });
    const client = first();
    for (let i = 0; i < 2; i++) await started(job);
    const podsOf = async (who: Client) => {
      const { job_summaries: runs } = await who.ask('GET', `/api/jobs/${job.id}/runtimesummary`);
      return runs.flatMap((run: { pod_summaries: unknown[] }) => run.pod_summaries);
    };
    await expect.poll(async () => (await podsOf(client)).length).toBe(2);
    for (const { status, started_at } of await podsOf(client)) {
      expect(status).toBe('pending');
      expect(started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    }
    for (const { started_at } of await podsOf(generated())) expect(started_at).toBeNull();
    const { pods } = await client.ask('GET', `/api/jobs/${job.id}/history`);
    expect(pods.map(({ start_time }: { start_time: unknown }) => typeof start_time)).toEqual(['string', 'string']);
  });

  it('trap 3: gets the logs as one text, others as a list', async () => {
    const job = await newJob({ command: ['one', 'two'] });
    const run = await ended(job);
    const path = `/api/jobs/${job.id}/logs?pod_name=${run}-1`;
    expect((await first().ask('GET', path)).logs).toContain('one\ntwo\n');
    const { logs } = await generated().ask('GET', path);
    expect(logs.map(({ content }: { content: string }) => content)).toEqual(expect.arrayContaining(['one', 'two']));
  });

  it('trap 4: finds an end_time in every pod of the history, also of one that runs', async () => {
    const job = await newJob();
    const run = await started(job);
    const history = async () => (await first().ask('GET', `/api/jobs/${job.id}/history`)).pods;
    await expect
      .poll(history)
      .toMatchObject([{ pod_name: `${run}-1`, status: 'running', end_time: null, label_job_name: run }]);
  });

  it('trap 5: is led through a list by next_last_key and last_key, its only names of them', async () => {
    const prefix = `page-${++names}-`;
    for (const letter of ['a', 'b', 'c']) await newJob({ name: `${prefix}${letter}` });
    const found: string[] = [];
    let last: string | undefined;
    do {
      const query = `type=job&name=${prefix}&page_size=2${last === undefined ? '' : `&last_key=${encodeURIComponent(last)}`}`;
      const page = await first().ask('GET', `/api/recipes?${query}`);
      found.push(...page.recipes.map(({ spec }: { spec: { name: string } }) => spec.name));
      last = page.next_last_key;
    } while (last !== undefined);
    expect(found).toEqual(['a', 'b', 'c'].map((letter) => `${prefix}${letter}`));
  });

  it('trap 6: is told of no status that its option -s does not know', async () => {
    const job = await newJob({ command: 'done' });
    await ended(job);
    const status = async (client: Client) => (await client.ask('GET', `/api/recipes/job/${job.name}`)).state.status;
    expect(await status(first())).toBe('stopped');
    expect(await status(generated())).toBe('completed');
  });

  it('trap 7: finds the source of a clone although it asks for it under the new owner, as a template alone', async () => {
    await using people = await saturnHost({ directory: true });
    const { users, groups, tokens } = people.runyard;
    const ann = await users.create({ name: 'ann' });
    const lab = await groups.create({ name: 'lab' });
    await groups.addMember(lab.id, ann.id);
    const { ask } = firstClient(people, (await tokens.mint({ name: 'sc', userId: ann.id })).token);
    await ask('PUT', '/api/recipes', { type: 'job', spec: { name: 'etl', command: 'hang', image: { uri: '' } } });
    const template = await ask('GET', '/api/recipes/job/etl?owner_name=lab&as_template=True');
    const clone = { ...template, spec: { ...template.spec, name: 'etl-of-lab', owner: 'lab', start_dind: false } };
    const made = await ask('POST', '/api/recipes?enforce_unknown=false', clone);
    expect(made.spec).toMatchObject({ name: 'etl-of-lab', owner: 'runyard/lab', command: 'hang' });
    // To start or to remove it, it would have to be that owner's.
    await expect(ask('GET', '/api/recipes/job/etl?owner_name=lab')).rejects.toThrow('404');
  });

  it('trap 8: is known by its header, whatever version stands in it', async () => {
    const job = await newJob();
    for (const version of ['0+unknown', '2024.09.01', ''])
      expect(
        (
          await read(
            host.call('GET', `/api/jobs/${job.id}/runtimesummary`, { headers: { 'x-saturn-client-version': version } }),
          )
        ).body,
      ).toEqual({ pod_summaries: [] });
  });
});

describe('the generated client (trap 3b)', () => {
  it('may say that it sends JSON and send nothing', async () => {
    const job = await newJob({ cron_schedule_options: { schedule: '@daily' } });
    const { ask } = generated();
    for (const path of ['unschedule', 'schedule', 'start'])
      expect((await ask('POST', `/api/jobs/${job.id}/${path}`)).id).toBe(job.id);
  });

  it('finds a last_deploy that is a time in a job that never ran', async () => {
    const job = await newJob();
    expect((await generated().ask('GET', `/api/jobs/${job.id}`)).last_deploy).toBe(job.created_at);
  });

  it('finds owner and image_tag whole, also without an image', async () => {
    const job = await newJob();
    const { owner, image_tag } = await generated().ask('GET', `/api/jobs/${job.id}`);
    expect([...publishedFaults('Owner', owner), ...publishedFaults('ImageTag', image_tag)]).toEqual([]);
  });

  it('makes a job from all that it sends, and finds all that it wants in the answer', async () => {
    const job = await generated().ask('POST', '/api/jobs', {
      name: `trap-${++names}`,
      description: '',
      image_enforce_trusted: true,
      working_dir: '/home/jovyan/workspace',
      is_spot: false,
      start_dind: false,
      command: 'hang',
      scale: 1,
      retries: 0,
    });
    expect(publishedFaults('Job', job)).toEqual([]);
  });
});

describe('an error', () => {
  it.each([
    ['GET', '/api/jobs/nonsense', undefined, 404],
    ['GET', '/api/recipes/job/nothing', undefined, 404],
    ['GET', '/api/recipes/deployment/x', undefined, 404],
    ['GET', '/api/active/pods/nothing', undefined, 404],
    ['GET', '/api/nothing', undefined, 404],
    ['POST', '/api/recipes', { type: 'job', spec: { name: 'x' } }, 400],
    ['POST', '/api/recipes', 'no JSON', 400],
    ['POST', '/api/auth/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 401],
  ])('of %s %s has a message, which both clients show', async (method, path, body, status) => {
    const answer = await read(host.call(method, path, { body }));
    expect(answer.status).toBe(status);
    expect(answer.body.message).toMatch(/^.{20,}/);
    // That would make the first client ask for another token, again and again.
    expect(answer.body.message).not.toContain('expired');
  });

  it('for a token that is not valid has one too', async () => {
    const answer = await read(host.call('GET', '/api/jobs', { headers: { authorization: 'token old' } }));
    expect(answer).toMatchObject({ status: 401, body: { message: expect.stringContaining('Send a valid token') } });
  });
});
