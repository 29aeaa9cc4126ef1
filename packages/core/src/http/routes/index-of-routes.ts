import type { Route } from '../route.ts';
import { applyJobs } from './apply-jobs.ts';
import { jobRoutes } from './jobs.ts';
import { previewJob } from './preview-job.ts';
import { runLogs } from './run-logs.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedule-job.ts';
import { serviceRoutes } from './service.ts';
import { startJob } from './start-job.ts';

/** Every route of the app. */
export const routes: readonly Route[] = [
  ...jobRoutes,
  applyJobs,
  previewJob,
  startJob,
  ...scheduleRoutes,
  ...runRoutes,
  runLogs,
  ...serviceRoutes,
];
