/** As part of a sentence, the job's field or the host's option that something is said of; nothing for null. */
export const forField = (field: string | null): string => {
  if (field === null) return '';
  const [, option] = /^k8sExecutor\.(.+)$/.exec(field) ?? [];
  return option === undefined ? `, for its \`${field}\`` : `, for the option \`${option}\` of k8sExecutor`;
};
