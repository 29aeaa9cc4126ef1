/**
 * Whether the end-to-end suite runs on the cluster that KUBECONFIG leads to (`pnpm test:k8s`); else it runs on the stand-in. Pods of a real cluster have
 * RUNYARD_TEST_IMAGE, which has sh, and RUNYARD_TEST_GIT_IMAGE, which has git as well; RUNYARD_TEST_HOST is the name by which they reach this machine, where they do.
 */
export const isReal = process.env.RUNYARD_TEST_CLUSTER === 'kubeconfig';
