import type { KubeObject } from '../cluster.ts';
import type { ResourceInfo } from '../resources.ts';
import { badRequest } from './refusal.ts';

export type Selector = (object: KubeObject) => boolean;

/** Of `labelSelector` and `fieldSelector`; null: everything is meant. Throws 400. */
export function selectorOf(info: ResourceInfo, query: URLSearchParams): Selector | null {
  const labels = parseLabels(query.get('labelSelector') ?? '');
  const fields = parseFields(info, query.get('fieldSelector') ?? '');
  const all = [...labels, ...fields];
  return all.length ? (object) => all.every((each) => each(object)) : null;
}

const requirement = /^\s*(!?)\s*([-\w./]+)\s*(?:(==|!=|=)\s*([-\w.]*)|\s(in|notin)\s*\(([^()]*)\))?\s*(?:,|$)/;

function parseLabels(text: string): Selector[] {
  const selectors: Selector[] = [];
  let rest = text;
  while (rest.trim()) {
    const match = requirement.exec(rest);
    if (!match) throw badRequest(labelTrouble(rest));
    const [whole, not, key = '', operator, value = '', set, values = ''] = match;
    rest = rest.slice(whole.length);
    const wanted = set ? values.split(',').map((each) => each.trim()) : [value];
    const isWanted: Selector = ({ metadata }) => {
      const value = metadata.labels?.[key];
      return value !== undefined && wanted.includes(value);
    };
    if (not) selectors.push(({ metadata }) => metadata.labels?.[key] === undefined);
    else if (!operator && !set) selectors.push(({ metadata }) => metadata.labels?.[key] !== undefined);
    else if (operator === '!=' || set === 'notin') selectors.push((object) => !isWanted(object));
    else selectors.push(isWanted);
  }
  return selectors;
}

function labelTrouble(rest: string): string {
  const second = /^[^,=]*==?[^,=]*(=)/.exec(rest)?.[1];
  return second
    ? `found '${second}', expected: ',' or 'end of string'`
    : `unable to parse requirement: found '${rest}'`;
}

const known: Partial<Record<ResourceInfo['resource'], readonly string[]>> = {
  jobs: ['status.successful'],
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.fieldPath',
    'reason',
    'type',
    'reportingComponent',
  ],
  secrets: ['type'],
  namespaces: ['status.phase', 'name'],
};

function parseFields(info: ResourceInfo, text: string): Selector[] {
  return text
    .split(',')
    .filter((term) => term.trim())
    .map((term) => {
      const match = /^\s*([\w.]+)(==|!=|=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator, value = ''] = match;
      if (!isKnown(info, field)) throw badRequest(`field label "${field}" not supported for ${info.kind}`);
      return (object) => (valueAt(object, field) === value) !== (operator === '!=');
    });
}

const isKnown = (info: ResourceInfo, field: string) =>
  ['metadata.name', 'metadata.namespace'].includes(field) || (known[info.resource]?.includes(field) ?? false);

function valueAt(object: KubeObject, field: string): string {
  let at: unknown = object;
  for (const part of field.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
  return at === undefined || at === null ? '' : String(at);
}
