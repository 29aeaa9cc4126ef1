import { containers } from '../inside.ts';
import { isObject, type PlainObject } from '../plain-object.ts';
import type { GpuDemand } from './gpu-demand.ts';

/**
 * The pod with the GPUs of its size. They come behind the overlays, since a merge replaces most lists as a whole: what an overlay says of nodes, taints and
 * claims holds beside what the size says, and takes nothing of it away.
 */
export const withGpus = (template: PlainObject, gpus: GpuDemand, claimTemplate: string): PlainObject => {
  const spec = objectOf(template.spec);
  const nodeSelector = { ...gpus.nodeSelector, ...objectOf(spec.nodeSelector) };
  return {
    ...template,
    spec: {
      ...spec,
      ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
      ...(gpus.nodeExpressions.length > 0 && { affinity: onNodesWith(gpus.nodeExpressions, objectOf(spec.affinity)) }),
      tolerations: allOf(listOf(spec.tolerations), gpus.tolerations),
      ...(gpus.claim && {
        resourceClaims: [
          ...listOf(spec.resourceClaims).filter(({ name }) => name !== claimName),
          { name: claimName, resourceClaimTemplateName: claimTemplate },
        ],
      }),
      containers: listOf(spec.containers).map((one) =>
        one.name === containers.job ? { ...one, resources: resourcesWith(gpus, objectOf(one.resources)) } : one,
      ),
    },
  };
};

const claimName = 'gpus';

// A node has to fit one of the terms, so each has to say it. One that says nothing fits none, and stays so.
const onNodesWith = (expressions: readonly PlainObject[], affinity: PlainObject): PlainObject => {
  const nodeAffinity = objectOf(affinity.nodeAffinity);
  const required = objectOf(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution);
  const terms = listOf(required.nodeSelectorTerms);
  const saying = (term: PlainObject): PlainObject => ({
    ...term,
    matchExpressions: [...listOf(term.matchExpressions), ...expressions],
  });
  return {
    ...affinity,
    nodeAffinity: {
      ...nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        ...required,
        nodeSelectorTerms:
          terms.length === 0
            ? [{ matchExpressions: expressions }]
            : terms.map((term) => (saysSomething(term) ? saying(term) : term)),
      },
    },
  };
};

const saysSomething = ({ matchExpressions, matchFields }: PlainObject): boolean =>
  listOf(matchExpressions).length + listOf(matchFields).length > 0;

const resourcesWith = ({ resources, claim }: GpuDemand, given: PlainObject): PlainObject => {
  const limits = { ...resources, ...objectOf(given.limits) };
  // Kubernetes takes extended resources only where both say the same.
  const own = Object.fromEntries(Object.keys(resources).map((name) => [name, limits[name]]));
  return {
    ...given,
    requests: { ...objectOf(given.requests), ...own },
    limits,
    ...(claim && { claims: allOf(listOf(given.claims), [{ name: claimName }]) }),
  };
};

const allOf = (some: readonly PlainObject[], others: readonly PlainObject[]): PlainObject[] => {
  const there = new Set(some.map((one) => JSON.stringify(one)));
  return [...some, ...others.filter((one) => !there.has(JSON.stringify(one)))];
};

const objectOf = (value: unknown): PlainObject => (isObject(value) ? value : {});

const listOf = (value: unknown): readonly PlainObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
