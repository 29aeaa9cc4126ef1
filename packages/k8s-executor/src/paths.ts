/** Where the objects of a namespace stand. */
export const paths = (namespace: string) => {
  const core = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const batch = `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}`;
  const dra = `/apis/resource.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}`;
  return {
    namespace: core,
    jobs: `${batch}/jobs`,
    job: (name: string) => `${batch}/jobs/${encodeURIComponent(name)}`,
    pods: `${core}/pods`,
    pod: (name: string) => `${core}/pods/${encodeURIComponent(name)}`,
    log: (name: string) => `${core}/pods/${encodeURIComponent(name)}/log`,
    events: `${core}/events`,
    secrets: `${core}/secrets`,
    secret: (name: string) => `${core}/secrets/${encodeURIComponent(name)}`,
    services: `${core}/services`,
    claimTemplates: `${dra}/resourceclaimtemplates`,
  };
};
