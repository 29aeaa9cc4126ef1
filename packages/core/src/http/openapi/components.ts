import { z } from 'zod';
import * as answers from '../schemas/answers.ts';
import { extraPackages, imageBuild, jobCreate, jobsApply, jobUpdate } from '../schemas/job-request.ts';
import { cronScheduleUpdate, jobStart } from '../schemas/start-request.ts';

/** The schemas that the document names; published names where there are any. */
const requestSchemas: Record<string, z.ZodType> = {
  JobCreate: jobCreate,
  JobUpdate: jobUpdate,
  JobsApply: jobsApply,
  JobStart: jobStart,
  CronScheduleUpdate: cronScheduleUpdate,
  ExtraPackages: extraPackages,
  ImageBuild: imageBuild,
};
const answerSchemas: Record<string, z.ZodType> = {
  Job: answers.job,
  JobList: answers.jobList,
  AppliedJobs: answers.appliedJobs,
  SchedulePreview: answers.schedulePreview,
  StartedJob: answers.startedJob,
  Run: answers.run,
  RunDetails: answers.runDetails,
  RunList: answers.runList,
  LogLine: answers.logLine,
  ApiStatus: answers.apiStatus,
  Health: answers.healthStatus,
  Problem: answers.problem,
};

const named = new Map(
  Object.entries({ ...requestSchemas, ...answerSchemas }).map(([name, schema]) => [schema, name] as const),
);

export type JsonSchema = Record<string, unknown>;

/** `#/components/schemas/…` for what has a name; else the schema itself. */
export const schemaOrReference = (schema: z.ZodType): JsonSchema => {
  const name = named.get(schema);
  return name === undefined ? bare(z.toJSONSchema(schema, { io: 'input' })) : { $ref: reference(name) };
};

/** Requests as they are sent, answers as they come. */
export const componentSchemas = (): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const [schema, name] of named) registry.add(schema, { id: name });
  const options = { uri: reference, io: 'input' as const };
  const { schemas } = z.toJSONSchema(registry, options);
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
};

const reference = (name: string): string => `#/components/schemas/${name}`;

// OpenAPI 3.1 says once, for the whole document, which dialect its schemas speak.
const bare = ({ $schema, $id, ...schema }: JsonSchema): JsonSchema => schema;
