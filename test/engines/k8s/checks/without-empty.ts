/** Fields that hold nothing are not written back: null, '', [] and, of maps of text, {}. */
export function withoutEmpty<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutEmpty) as T;
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([field, each]) => !isEmpty(field, each))
    .map(([field, each]) => [field, withoutEmpty(each)]);
  return Object.fromEntries(kept);
}

const maps = ['labels', 'annotations', 'nodeSelector', 'limits', 'requests', 'matchLabels'];

function isEmpty(field: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  // '' is a storage class of its own: none.
  if (value === '') return field !== 'storageClassName';
  if (Array.isArray(value)) return value.length === 0;
  return maps.includes(field) && typeof value === 'object' && Object.keys(value).length === 0;
}
