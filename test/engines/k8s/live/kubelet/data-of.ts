import type { KubeObject } from '../../cluster.ts';

/** What a Secret or a ConfigMap holds, by key. */
export const dataOf = ({ kind, data, binaryData, stringData }: KubeObject): Map<string, Buffer> => {
  const decoded = (entries: unknown, encoding: 'base64' | 'utf8'): [string, Buffer][] =>
    Object.entries((entries ?? {}) as Record<string, string>).map(([key, text]) => [key, Buffer.from(text, encoding)]);
  return new Map([
    ...decoded(data, kind === 'Secret' ? 'base64' : 'utf8'),
    ...decoded(binaryData, 'base64'),
    ...decoded(stringData, 'utf8'),
  ]);
};
