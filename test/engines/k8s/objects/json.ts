import type { KubeObject } from '../cluster.ts';

// Stored objects are never changed, so each is written out once, however many watches, lists and answers it goes to.
const written = new WeakMap<KubeObject, string>();

/** With `kind` and `apiVersion` in front, as in answers and in frames of watches. */
export function jsonOf(object: KubeObject): string {
  let json = written.get(object);
  if (json === undefined) {
    json = JSON.stringify(object);
    written.set(object, json);
  }
  return json;
}

/** Without `kind` and `apiVersion`, as items of a list come. */
export function itemJsonOf(object: KubeObject): string {
  const head = JSON.stringify({ kind: object.kind, apiVersion: object.apiVersion });
  const json = jsonOf(object);
  // The store writes both first; anything else would be a mistake of its own.
  if (!json.startsWith(`${head.slice(0, -1)},`)) throw new Error(`${object.metadata.name} begins with another field`);
  return `{${json.slice(head.length)}`;
}

/** A line of a watch. */
export function lineOf(type: string, object: KubeObject): Buffer {
  return Buffer.from(`{"type":"${type}","object":${jsonOf(object)}}\n`);
}
