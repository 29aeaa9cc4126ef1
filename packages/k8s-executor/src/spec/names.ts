import { z } from 'zod';

// The field rules of Kubernetes for names, labels and the like, each as the API server has it.

/** RFC 1123 label: names of namespaces and of what becomes a host name. */
export const isDnsLabel = (text: string): boolean => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);

/** RFC 1123 subdomain: names of most objects. */
export const isDnsSubdomain = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);

/** `name` or `prefix/name`: of labels, annotations, taints and extended resources. */
export const isQualifiedName = (text: string): boolean => {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  return (
    (slash === -1 || isDnsSubdomain(text.slice(0, slash))) &&
    name.length <= 63 &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
  );
};

export const isLabelValue = (text: string): boolean =>
  text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text);

export const dnsLabel = z
  .string()
  .refine(isDnsLabel, "expected a name of at most 63 characters: lower case letters, digits and '-'");

export const objectName = z
  .string()
  .refine(isDnsSubdomain, "expected the name of an object: lower case letters, digits, '-' and '.', at most 253");

export const qualifiedName = z
  .string()
  .refine(isQualifiedName, "expected a name such as 'gpu' or 'example.com/gpu', of at most 63 characters behind the /");

/** Queues of Kueue are named by the value of a label. */
export const queueName = z
  .string()
  .refine(
    (text) => isDnsSubdomain(text) && isLabelValue(text),
    'expected the name of a queue, of at most 63 characters',
  );

export const labelSelector = z.record(
  qualifiedName,
  z.string().refine(isLabelValue, "expected the value of a label: at most 63 letters, digits, '-', '_' and '.'"),
);
