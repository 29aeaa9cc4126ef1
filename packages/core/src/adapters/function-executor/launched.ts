import type { Launch } from '../../ports/executor.ts';
import type { FunctionContext } from '../../ports/job-function.ts';
import type { FunctionSpec } from './spec.ts';

/** The plain part of what a function is told: everything but its signal and its log. */
export type Told = Pick<FunctionContext, 'runId' | 'attempt' | 'args' | 'idempotencyKey' | 'env'>;

export function toldBy(launch: Launch<FunctionSpec>): Told {
  const dot = launch.key.lastIndexOf('.');
  const runId = launch.key.slice(0, dot);
  const attempt = Number(launch.key.slice(dot + 1));
  return { runId, attempt, args: launch.spec.args, idempotencyKey: runId, env: withSecrets(launch) };
}

function withSecrets({ env, secrets }: Launch): Record<string, string> {
  const all = { ...env };
  for (const { type, location, value } of secrets) if (type === 'environment_variable') all[location] = value;
  return all;
}

/** An error's first line for a person, without the values of secrets. */
export function inOneLine(text: string, { secrets }: Launch): string {
  let line = text;
  for (const { value } of secrets) if (value !== '') line = line.replaceAll(value, '***');
  return (line.split('\n')[0] ?? '').slice(0, 300);
}
