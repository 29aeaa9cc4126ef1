import type { KubeObject, OnCreate } from '../cluster.ts';
import { type Choice, choose } from './choice.ts';

/** How the POST of a Job is answered: refused, or warned of, as it was when the recording was made. */
export function answerCreation(job: KubeObject, scenario: string): ReturnType<OnCreate> {
  const choice = choose(scenario);
  const answer = choice.score.creation?.response;
  if (!answer) return null;
  if (choice.score.scenario.plays === 'refusal') {
    return { refuse: { status: answer.status, body: renamed(answer.body, job, choice) } };
  }
  const warning = answer.headers?.warning;
  // 299 - "what is warned of"
  return warning ? { warnings: [JSON.parse(warning.replace(/^299 - /, ''))] } : null;
}

function renamed(body: object, { metadata }: KubeObject, { score }: Choice): object {
  const recorded: string = score.creation?.request.body.metadata.name;
  const text = JSON.stringify(body)
    .replaceAll(recorded, metadata.name)
    .replaceAll(score.namespace, metadata.namespace ?? '');
  return JSON.parse(text);
}
