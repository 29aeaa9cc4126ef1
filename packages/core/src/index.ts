// The public names, listed by hand. Nothing inside imports this file.

export type { Scope } from './access/authorize.ts';
export type { Authenticate } from './access/directory/authenticator.ts';
export type { HostKey } from './access/git/known-hosts.ts';
export type { Principal } from './access/principal.ts';
export type { MintOptions, TokenRecord } from './access/token.ts';
export { mintToken } from './access/token.ts';
export type { EncryptionKey } from './access/vault/key-ring.ts';
export type { WebhookVerdict } from './access/webhook-signature.ts';
export { verifyWebhook } from './access/webhook-signature.ts';
export type { FileLogStoreOptions } from './adapters/file-log-store/file-log-store.ts';
export { fileLogStore } from './adapters/file-log-store/file-log-store.ts';

export type { FunctionExecutorOptions } from './adapters/function-executor/function-executor.ts';
export { functionExecutor } from './adapters/function-executor/function-executor.ts';
export type { GitSourceOptions } from './adapters/git-source/git-source.ts';
export { gitSource } from './adapters/git-source/git-source.ts';
export { memoryStore } from './adapters/memory-store/memory-store.ts';
export type { ProcessExecutorOptions } from './adapters/process-executor/process-executor.ts';
export { processExecutor } from './adapters/process-executor/process-executor.ts';
export type { SqliteStoreOptions } from './adapters/sqlite-store/sqlite-store.ts';
export { sqliteStore } from './adapters/sqlite-store/sqlite-store.ts';
export { systemClock } from './adapters/system-clock/system-clock.ts';
export { createRunyard } from './create-runyard.ts';
export type { AuditEntry } from './domain/audit.ts';
export type { DocumentKind, StoredDocument } from './domain/document.ts';
export type { ErrorCode, ErrorDetails } from './domain/errors.ts';
export { ExecutorConflict, ExecutorUnavailable, errorCodes, isRunyardError, RunyardError } from './domain/errors.ts';
export type { Gpu } from './domain/gpu/gpu.ts';
export { defaults } from './domain/job/defaults.ts';
export { type Finding, type FindingCode, findingCodes } from './domain/job/finding.ts';
export type {
  Backoff,
  ConcurrencyPolicy,
  ExtraPackages,
  ImageBuild,
  Job,
  JobImage,
  JobSpec,
  Limits,
  MissedRule,
  OnPlaceLost,
  Retention,
  ScheduleCursor,
  ScheduleSpec,
  SecretAttachment,
  SourceSpec,
} from './domain/job/job.ts';
export type { ImageBuildInput, JobInput, JobPatch, ScheduleInput } from './domain/job/job-schema.ts';
export type { SizeCatalogue, SizeInput } from './domain/job/parse-size.ts';
export type { GpuRequest, Size } from './domain/job/size.ts';
export type { NoticeEvent, NoticeRun, Notification } from './domain/notice/notice.ts';
export type { EndedRun, Remains } from './domain/retention.ts';
export {
  AttemptFailed,
  AttemptMissing,
  infrastructureFailed,
  isAttemptFailed,
  isAttemptMissing,
  startFailed,
} from './domain/run/launch-errors.ts';
export type { Outcome, OutcomeClass } from './domain/run/outcome.ts';
export type {
  Attempt,
  AttemptState,
  Handle,
  Occurrence,
  OccurrenceReason,
  PhaseMark,
  ResolvedSource,
  Run,
  RunState,
  StartOverrides,
  StopCause,
  StopRequest,
  Trigger,
} from './domain/run/run.ts';
export type { PhaseNote } from './domain/run/script-outcome.ts';
export { parsePhaseNote, scriptOutcome } from './domain/run/script-outcome.ts';
export type { Cron, CronOptions } from './domain/schedule/cron.ts';
export { parseCron } from './domain/schedule/cron.ts';
export type { Clock } from './ports/clock.ts';
export type { Entropy } from './ports/entropy.ts';
export type { AttemptEvent, PressureReason, RunEvent, RunyardEvents } from './ports/events.ts';
export type {
  Capacity,
  Executor,
  ExecutorInput,
  Inspection,
  Launch,
  LaunchScript,
  LaunchSecret,
  LaunchSource,
  Listed,
  LogChunk,
  Progress,
} from './ports/executor.ts';
export type { Host, Logger, Provided } from './ports/host.ts';
export type { BuiltImage, ImageBuilder, ImageBuildOptions } from './ports/image-builder.ts';
export type { FunctionContext, JobFunction } from './ports/job-function.ts';
export type { LogEntry, LogStore, LogStream, LogWriter, NewLogEntry } from './ports/log-store.ts';
export type { HistogramSample, MetricDescription, MetricLabels, MetricReading, MetricSample } from './ports/metrics.ts';
export type { SecretProvider } from './ports/secret-provider.ts';
export type { GitCredential, Source, SourceOptions } from './ports/source.ts';
export type {
  ActiveCount,
  ActiveRun,
  AdoptableQuery,
  AuditQuery,
  Change,
  CommitResult,
  DocumentQuery,
  DueAfter,
  DueSchedule,
  JobActivity,
  JobQuery,
  LeasedRun,
  OccurrenceQuery,
  Page,
  PageQuery,
  QueuedRun,
  RemainsQuery,
  RetainedJob,
  RunQuery,
  StartableQuery,
  Store,
  StoreInfo,
  StoreNews,
  UnfinishedAfter,
} from './ports/store.ts';
export type {
  Applied,
  Cloned,
  CloneOptions,
  Health,
  ImageOptions,
  Images,
  ImageView,
  JobDifference,
  JobListOptions,
  Jobs,
  JobView,
  LogLine,
  LogOptions,
  OccurrenceRange,
  RestartOptions,
  RunListOptions,
  Runs,
  RunView,
  SaveOptions,
  Services,
  StartOptions,
  Stats,
  UpdateOptions,
} from './services/api.ts';
export type { Audit, AuditListOptions } from './services/audit/api.ts';
export type { JobCheck } from './services/check/api.ts';
export type {
  GitCredentialInput,
  GitCredentialListOptions,
  GitCredentials,
  GitCredentialView,
  HttpsCredentialInput,
  HttpsCredentialPatch,
  HttpsCredentialView,
  ScannedHost,
  SshCredentialInput,
  SshCredentialPatch,
  SshCredentialView,
} from './services/git-credentials/api.ts';
export type { GroupInput, Groups, GroupView, MemberView } from './services/groups/api.ts';
export type { Metrics } from './services/metrics/api.ts';
export type { RunyardOptions } from './services/options.ts';
export type { FoundOwner, NamedOwner, OwnerNames, Owners } from './services/owners/api.ts';
export type { PageOptions } from './services/page-options.ts';
export type { HttpSettings, Runyard, RunyardEvent, RunyardListener } from './services/runyard.ts';
export type {
  Rotation,
  RotationOptions,
  SecretInput,
  SecretListOptions,
  SecretPatch,
  Secrets,
  SecretView,
} from './services/secrets/api.ts';
export type { Minted, RotateOptions, TokenInput, Tokens, TokenView } from './services/tokens/api.ts';
export type { Me, UserInput, Users, UserView } from './services/users/api.ts';
export type {
  DeliveryView,
  PingResult,
  RotateSecretOptions,
  WebhookInput,
  WebhookListOptions,
  WebhookPatch,
  Webhooks,
  WebhookView,
  WebhookWithSecret,
} from './services/webhooks/api.ts';
