import type { Inspection, Listed } from '@runyard/core';
import type { ContainerStatus, ListedContainer, ListedVolume } from './engine/answers.ts';
import type { Engine } from './engine/engine.ts';
import { gpusOf, handleFrom, labels } from './handle.ts';

/** Everything of an installation on this engine. A volume whose container is gone is `prepared`: nothing of it runs. */
export async function* listAttempts(
  engine: Engine,
  { installation, place }: { installation: string; place: string },
  signal: AbortSignal,
): AsyncIterable<Listed> {
  const filters = JSON.stringify({ label: [`${labels.installation}=${installation}`] });
  // The volumes first: one whose container is made meanwhile has it in the second list.
  const { Volumes } = await engine.ask<{ Volumes: ListedVolume[] | null }>({
    method: 'GET',
    path: '/volumes',
    query: { filters },
    signal,
  });
  const containers = await engine.ask<ListedContainer[]>({
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters },
    signal,
  });
  const used = new Set<string>();
  for (const { Id, Created, State, Labels } of containers) {
    const handle = handleFrom({ id: Id, labels: Labels }, place);
    if (!handle) continue;
    used.add(handle.volume);
    const gpus = gpusOf(Labels);
    const rest = { key: handle.key, handle, createdAt: Created * 1000, ...(gpus.length > 0 && { gpus }) };
    yield { ...rest, state: states[State] ?? 'running' };
  }
  for (const { Name, CreatedAt, Labels } of Volumes ?? []) {
    const handle = used.has(Name) ? null : handleFrom({ id: '', labels: Labels }, place);
    if (handle) yield { key: handle.key, handle, state: 'prepared', createdAt: Date.parse(CreatedAt ?? '') || 0 };
  }
}

const states: Record<ContainerStatus, Inspection['state']> = {
  created: 'prepared',
  running: 'running',
  paused: 'running',
  restarting: 'running',
  exited: 'finished',
  removing: 'finished',
  dead: 'finished',
};
