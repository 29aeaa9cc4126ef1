import { defaultSizes, sizeAnswers } from '../answers/size-answer.ts';
import { json, type Route, route } from '../route.ts';
import { info, jobServerInfo, serverOptions } from '../schemas/info.ts';
import { infoExample, jobServerInfoExample, serverOptionsExample } from '../schemas/info-examples.ts';

/** What there is here, for whoever writes a job. `/jobs/info` stands before `/jobs/{job_id}`. */
export const infoRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/info',
    id: 'info',
    summary: 'Version, executors and sizes',
    answers: { 200: { description: 'What there is here', schema: info, example: infoExample } },
    handle: ({ runyard: { http } }) =>
      json({
        version: http.version,
        executors: http.executors.map(({ name, buildsImages }) => ({ name, builds_images: buildsImages })),
        default_executor: http.defaultExecutor,
        default_size: http.defaultSize,
        sizes: sizeAnswers(http.sizes),
      }),
  }),
  route({
    method: 'GET',
    path: '/info/servers',
    id: 'serverOptions',
    summary: 'The catalogue of sizes, by name',
    answers: { 200: { description: 'As published', schema: serverOptions, example: serverOptionsExample } },
    handle: ({ runyard: { http } }) => json({ sizes: sizeAnswers(http.sizes), disk_space: [], auto_shutoff: [] }),
  }),
  route({
    method: 'GET',
    path: '/jobs/info',
    id: 'jobServerInfo',
    summary: 'The sizes that a job may ask for, and the defaults',
    answers: { 200: { description: 'As published', schema: jobServerInfo, example: jobServerInfoExample } },
    handle: ({ runyard: { http } }) =>
      json({
        server_options: { size: Object.values(sizeAnswers(http.sizes)) },
        default_images: {},
        default_sizes: defaultSizes(http.sizes, http.defaultSize),
      }),
  }),
];
