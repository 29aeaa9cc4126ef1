import type { JobView } from '../../services/api.ts';
import type { Call } from '../route.ts';
import { type JobAnswer, jobAnswer } from './job-answer.ts';
import { jobText } from './job-text.ts';

/** Jobs on the wire, with what their owners are called: one lookup for all of them. */
export const namedJobs = async (
  { owners, runyard }: Pick<Call, 'owners' | 'runyard'>,
  views: readonly JobView[],
): Promise<JobAnswer[]> => {
  const names = await owners.named(views.map(({ spec }) => spec.owner));
  return views.map((view) => jobAnswer(view, runyard.http.sizes, names));
};

/** One of them. */
export const namedJob = async (
  { owners, runyard }: Pick<Call, 'owners' | 'runyard'>,
  view: JobView,
): Promise<JobAnswer> => jobAnswer(view, runyard.http.sizes, await owners.named([view.spec.owner]));

/** That one as JSON. */
export const namedJobText = async (
  { owners, runyard }: Pick<Call, 'owners' | 'runyard'>,
  view: JobView,
): Promise<string> => jobText(view, runyard.http, await owners.named([view.spec.owner]));
