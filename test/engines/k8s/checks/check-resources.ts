import type { Problems } from './problems.ts';
import { canonical, quantity } from './quantity.ts';

interface Resources {
  limits?: Record<string, string | number>;
  requests?: Record<string, string | number>;
}

/** A container's `resources`. */
export function checkResources({ limits = {}, requests = {} }: Resources, at: string, problems: Problems): void {
  for (const [name, value] of Object.entries(limits).sort()) checkAmount(name, value, `${at}.limits`, problems);
  for (const [name, value] of Object.entries(requests).sort()) {
    checkAmount(name, value, `${at}.requests`, problems);
    checkAgainstLimit({ name, value, limit: limits[name] }, `${at}.requests`, problems);
  }
}

function checkAmount(name: string, value: string | number, at: string, problems: Problems): void {
  const field = `${at}[${name}]`;
  if (!name.includes('/') && !standard.test(name)) {
    problems.invalid(field, name, 'must be a standard resource type or fully qualified');
    problems.invalid(field, name, 'must be a standard resource for containers');
  }
  if (quantity(value) < 0) problems.invalid(field, canonical(value), 'must be greater than or equal to 0');
  if (isExtended(name) && !Number.isInteger(quantity(value))) {
    problems.invalid(field, canonical(value), 'must be an integer');
  }
}

const standard = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

const isExtended = (name: string) => name.includes('/');

function checkAgainstLimit(
  { name, value, limit }: { name: string; value: string | number; limit: string | number | undefined },
  at: string,
  problems: Problems,
): void {
  if (limit === undefined) {
    if (isExtended(name))
      problems.required(at.replace(/requests$/, 'limits'), `Limit must be set for non overcommitable resources`);
    return;
  }
  if (isExtended(name) && quantity(value) !== quantity(limit)) {
    problems.invalid(at, canonical(value), `must be equal to ${name} limit of ${canonical(limit)}`);
  } else if (quantity(value) > quantity(limit)) {
    problems.invalid(at, canonical(value), `must be less than or equal to ${name} limit of ${canonical(limit)}`);
  }
}
