import type { Facts, Notification } from './notice.ts';

/** Puts a notification into words, as plain text for a mail or a chat. */
export const inWords = (facts: Facts): Notification => ({
  ...facts,
  subject: oneLine(subjectOf(facts)),
  lines: linesOf(facts),
});

const subjectOf = ({ event, job, run, missed }: Facts): string => {
  const name = job?.name ?? 'a job';
  switch (event) {
    case 'run.last-failure':
      return `${name} failed (${run?.reason ?? 'failed'})`;
    case 'run.recovered':
      return `${name} works again`;
    case 'occurrences.missed':
      return `${name} missed ${missed?.count === 1 ? 'one run' : `${missed?.count ?? 0} runs`}`;
    case 'run.waiting-long':
      return `${name} has been waiting for long`;
    case 'ping':
      return 'Runyard tries out this webhook';
  }
};

const linesOf = ({ event, at, job, run, missed, waitingSince }: Facts): string[] => {
  if (event === 'ping') return [`Sent at ${timeOf(at)}, to see whether it arrives.`];
  const whose = job ? [`Job ${job.name} (${job.id}) of ${job.owner}.`] : [];
  const range = missed
    ? [
        `${missed.count} due from ${timeOf(missed.from)} to ${timeOf(missed.to)} were not run: ${missed.reasons.join(', ')}.`,
      ]
    : [];
  const waits = waitingSince === null ? [] : [`It could have run since ${timeOf(waitingSince)}.`];
  const what = run
    ? [
        `Run ${run.id} is ${run.state}${run.reason === null ? '' : ` (${run.reason})`}, attempt ${run.attempts}.`,
        ...(run.sentence === null ? [] : [run.sentence]),
        ...(run.url === null ? [] : [run.url]),
      ]
    : [];
  return [...whose, ...range, ...waits, ...what];
};

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).concat('Z');

// A name may hold no line break, but a header of a mail must not depend on that.
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');
