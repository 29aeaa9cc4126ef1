import { announceRun } from './announce.ts';
import { attend } from './attend.ts';
import type { Carried } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { noteStop } from './stop-run.ts';

/** What a decision sets going once it is durable. */
export const act = (
  context: EngineContext,
  { decision, run, attempt, announce, occurrences }: Carried,
  now: number,
): void => {
  if (decision.kind === 'fire' || decision.kind === 'admit') context.checkpoint(`${decision.kind}.committed`);
  for (const occurrence of occurrences) context.emit('occurrence.recorded', { at: now, occurrence });
  for (const made of announce) announceRun(context, made);
  if (decision.kind === 'fire') {
    context.counters.lastLatenessMs = now - decision.first;
    context.backlog.add(decision.job.spec.executor);
    for (const id of decision.replaces) noteStop(context, id, { cause: 'replaced', by: 'schedule', at: now });
  }
  if (decision.kind === 'admit' && run && attempt) attend(context, { run, attempt, job: decision.job, fresh: true });
};
