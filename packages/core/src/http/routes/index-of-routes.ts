import type { Route } from '../route.ts';
import { applyJobs } from './apply-jobs.ts';
import { listAudit } from './audit.ts';
import { checkRoutes } from './check-job.ts';
import { cloneJob } from './clone-job.ts';
import { gitCredentialRoutes } from './git-credentials.ts';
import { groupMemberRoutes } from './group-members.ts';
import { groupRoutes } from './groups.ts';
import { imageRoutes } from './images.ts';
import { infoRoutes } from './info.ts';
import { jobSecretRoutes } from './job-secrets.ts';
import { jobRoutes } from './jobs.ts';
import { metricsRoute } from './metrics.ts';
import { jobOccurrences } from './occurrences.ts';
import { previewJob } from './preview-job.ts';
import { runLogs } from './run-logs.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedule-job.ts';
import { secretRoutes } from './secrets.ts';
import { serviceRoutes } from './service.ts';
import { restartJob, startJob } from './start-job.ts';
import { stopRoutes } from './stop-job.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';
import { waitForRun } from './wait-for-run.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookRoutes } from './webhooks.ts';

/** The routes of our own API; those of the published one stand beside them (`all-routes`). */
export const routes: readonly Route[] = [
  // `info` is a word, and no id.
  ...infoRoutes,
  ...jobRoutes,
  applyJobs,
  previewJob,
  ...checkRoutes,
  cloneJob,
  startJob,
  restartJob,
  ...stopRoutes,
  ...scheduleRoutes,
  ...jobSecretRoutes,
  jobOccurrences,
  ...runRoutes,
  waitForRun,
  runLogs,
  ...imageRoutes,
  ...secretRoutes,
  ...gitCredentialRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...groupMemberRoutes,
  ...tokenRoutes,
  // `host` is a word for one, and no id.
  ...webhookDeliveryRoutes,
  ...webhookRoutes,
  listAudit,
  metricsRoute,
  ...serviceRoutes,
];
