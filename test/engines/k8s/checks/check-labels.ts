import { labelValue, qualifiedName } from './names.ts';
import type { Problems } from './problems.ts';

export function checkLabels(labels: Record<string, string> | undefined, field: string, problems: Problems): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (!qualifiedName.fits(key)) problems.invalid(field, key, qualifiedName.text);
    if (value.length > labelValue.most) problems.invalid(field, value, `must be no more than ${labelValue.most} bytes`);
    else if (!labelValue.fits(value)) problems.invalid(field, value, labelValue.text);
  }
}
