import { z } from 'zod';
import { jsonValue } from '../../domain/job/job-schema.ts';
import type { Route } from '../route.ts';
import * as answers from '../schemas/answers.ts';
import * as audit from '../schemas/audit.ts';
import * as checks from '../schemas/checks.ts';
import * as git from '../schemas/git-credentials.ts';
import * as groups from '../schemas/groups.ts';
import * as images from '../schemas/images.ts';
import * as info from '../schemas/info.ts';
import { extraPackages, imageBuild, jobCreate, jobsApply, jobUpdate } from '../schemas/job-request.ts';
import * as secrets from '../schemas/secrets.ts';
import { cronScheduleUpdate, jobRestart, jobStart } from '../schemas/start-request.ts';
import * as tokens from '../schemas/tokens.ts';
import * as users from '../schemas/users.ts';
import * as webhooks from '../schemas/webhooks.ts';

/** The schemas that the document names; published names where there are any. */
const requestSchemas: Record<string, z.ZodType> = {
  JobCreate: jobCreate,
  JobUpdate: jobUpdate,
  JobsApply: jobsApply,
  JobStart: jobStart,
  JobRestart: jobRestart,
  CronScheduleUpdate: cronScheduleUpdate,
  ExtraPackages: extraPackages,
  ImageBuild: imageBuild,
  JsonValue: jsonValue,
  JobClone: checks.jobClone,
  SecretCreate: secrets.secretCreate,
  SecretUpdate: secrets.secretUpdate,
  GitCredentialCreate: git.gitCredentialCreate,
  GitCredentialUpdate: git.gitCredentialUpdate,
  HostScan: git.hostScan,
  UserCreate: users.userCreate,
  UserUpdate: users.userUpdate,
  GroupCreate: groups.groupCreate,
  GroupUpdate: groups.groupUpdate,
  GroupMemberCreate: groups.groupMemberCreate,
  ApiTokenCreate: tokens.tokenCreate,
  ApiTokenRotate: tokens.tokenRotate,
  WebhookCreate: webhooks.webhookCreate,
  WebhookUpdate: webhooks.webhookUpdate,
  WebhookRotate: webhooks.webhookRotate,
};
const answerSchemas: Record<string, z.ZodType> = {
  Job: answers.job,
  JobList: answers.jobList,
  AppliedJobs: answers.appliedJobs,
  SchedulePreview: answers.schedulePreview,
  StartedJob: answers.startedJob,
  StartedRun: answers.startedRun,
  Run: answers.run,
  RunDetails: answers.runDetails,
  RunList: answers.runList,
  Occurrence: answers.occurrence,
  OccurrenceList: answers.occurrenceList,
  LogLine: answers.logLine,
  JobCheck: checks.jobCheck,
  Finding: checks.finding,
  ClonedJob: checks.clonedJob,
  BuiltImage: images.builtImage,
  BuiltImageList: images.builtImageList,
  BuildLine: images.buildLine,
  Info: info.info,
  ServerOptions: info.serverOptions,
  InstanceSize: info.instanceSize,
  JobServerInfo: info.jobServerInfo,
  Owner: answers.owner,
  ImageTag: answers.imageTag,
  Secret: secrets.secret,
  SecretList: secrets.secretList,
  SecretRotation: secrets.secretRotation,
  GitCredential: git.gitCredential,
  GitCredentialList: git.gitCredentialList,
  ScannedHost: git.scannedHost,
  UserDetailed: users.user,
  UserList: users.userList,
  Me: users.me,
  Group: groups.group,
  GroupList: groups.groupList,
  GroupMember: groups.groupMember,
  GroupMemberList: groups.groupMemberList,
  ApiToken: tokens.mintedToken,
  ApiTokenInfo: tokens.token,
  ApiTokenList: tokens.tokenList,
  Webhook: webhooks.webhook,
  WebhookWithSecret: webhooks.webhookWithSecret,
  WebhookList: webhooks.webhookList,
  WebhookPing: webhooks.ping,
  WebhookDelivery: webhooks.delivery,
  WebhookDeliveryList: webhooks.deliveryList,
  AuditEntry: audit.auditEntry,
  AuditList: audit.auditList,
  ApiStatus: answers.apiStatus,
  Health: answers.healthStatus,
  Problem: answers.problem,
};

export type JsonSchema = Record<string, unknown>;

export interface Components {
  /** `#/components/schemas/…` for what has a name; else the schema itself. */
  refer(schema: z.ZodType): JsonSchema;
  /** Requests as they are sent, answers as they come. */
  schemas(): Record<string, JsonSchema>;
}

/** What these routes name. */
export const componentsOf = (routes: readonly Route[]): Components => {
  const own = Object.assign({}, ...routes.map(({ schemas = {} }) => schemas)) as Record<string, z.ZodType>;
  const named = new Map(
    Object.entries({ ...requestSchemas, ...answerSchemas, ...own }).map(([name, schema]) => [schema, name] as const),
  );
  return {
    refer: (schema) => {
      const name = named.get(schema);
      return name === undefined ? bare(z.toJSONSchema(schema, { io: 'input' })) : { $ref: reference(name) };
    },
    schemas: () => {
      const registry = z.registry<{ id: string }>();
      for (const [schema, name] of named) registry.add(schema, { id: name });
      const { schemas } = z.toJSONSchema(registry, { uri: reference, io: 'input' });
      return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
    },
  };
};

const reference = (name: string): string => `#/components/schemas/${name}`;

// OpenAPI 3.1 says once, for the whole document, which dialect its schemas speak.
const bare = ({ $schema, $id, ...schema }: JsonSchema): JsonSchema => schema;
