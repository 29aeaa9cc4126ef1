import type { JobView } from '../../services/api.ts';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { HttpSettings } from '../../services/runyard.ts';
import { lastingPart, passingPart } from './job-answer.ts';

const mostJobs = 500;
const mostText = 2 ** 20;

// Of each Runyard its own: what they call by one id need not be one job.
const texts = new WeakMap<HttpSettings, { byKey: Map<string, string>; length: number }>();

/** `jobAnswer` as JSON. Clients ask for the same job again and again while it runs: what its revision says of it is written once. */
export const jobText = (job: JobView, http: HttpSettings, owners: OwnerNames): string => {
  const { name, createdAt } = owners.get(job.spec.owner) ?? { name: '', createdAt: '' };
  const key = `${job.id} ${job.revision} ${createdAt} ${name}`;
  const known = knownTexts(http);
  let lasting = known.byKey.get(key);
  if (lasting === undefined) {
    lasting = JSON.stringify(lastingPart(job, http.sizes, owners));
    known.length += lasting.length;
    if (known.byKey.size >= mostJobs || known.length > mostText) {
      known.byKey.clear();
      known.length = lasting.length;
    }
    known.byKey.set(key, lasting);
  }
  return `${lasting.slice(0, -1)},${JSON.stringify(passingPart(job)).slice(1)}`;
};

const knownTexts = (http: HttpSettings): { byKey: Map<string, string>; length: number } => {
  const known = texts.get(http) ?? { byKey: new Map(), length: 0 };
  texts.set(http, known);
  return known;
};
