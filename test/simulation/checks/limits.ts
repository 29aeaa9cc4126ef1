import type { JobSpec } from '../../../packages/core/src/domain/job/job.ts';
import { behaviourOf } from '../behaviours.ts';
import type { Facts, RunFacts } from '../facts.ts';
import { type Check, runOf } from './check.ts';

const slackMs = 2_000;

/** Where nothing goes wrong, the limits are kept: a run is running by its start deadline, or ends; an attempt ends with its limit and grace. */
export const keepsToItsLimits: Check = ({ profile, seed }, facts) => {
  if (!profile.calm) return [];
  return [
    ...[...facts.runs.values()].flatMap(({ run, states }) => {
      const limit = specOf(facts, run)?.limits.startMs ?? null;
      const first = states.find(({ state }) => !['queued', 'starting'].includes(state))?.mono;
      const waited = (first ?? Number.POSITIVE_INFINITY) - (states[0]?.mono ?? 0);
      return limit !== null && waited > limit + slackMs
        ? [`run ${run.id} waited ${waited} ms, and may for ${limit}`]
        : [];
    }),
    ...facts.executions.flatMap(({ key, from, to }) => {
      const run = facts.runs.get(runOf(key))?.run;
      const limits = run && specOf(facts, run)?.limits;
      // What cannot be asked about cannot be stopped.
      if (!limits?.runMs || behaviourOf(seed, key).unavailable) return [];
      const ran = (to ?? Number.POSITIVE_INFINITY) - from;
      return ran > limits.runMs + limits.graceMs + slackMs ? [`${key} ran ${ran} ms, and may for ${limits.runMs}`] : [];
    }),
  ];
};

/** Whoever removes a job stops its runs. */
export const stopsTheRunsOfARemovedJob: Check = (_, { jobs, runs }) =>
  [...jobs.values()].flatMap(({ activeAtRemoval }) =>
    activeAtRemoval
      .filter((id) => (runs.get(id)?.stops.length ?? 0) === 0)
      .map((id) => `run ${id} goes on after its job was removed`),
  );

const specOf = ({ jobs }: Facts, run: RunFacts['run']): JobSpec | undefined =>
  jobs.get(run.jobId)?.versions.find(({ job }) => job.revision === run.revision)?.job.spec;
