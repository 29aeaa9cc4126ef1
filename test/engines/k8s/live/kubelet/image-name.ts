/** What is wrong with an image's name, in the words of the kubelet; null: nothing. */
export const imageNameFault = (image: string): string | null => {
  const slash = image.indexOf('/');
  const host = slash > 0 && /[.:]|^localhost$/.test(image.slice(0, slash)) ? image.slice(0, slash) : null;
  const rest = host === null ? image : image.slice(slash + 1);
  const repository = rest.replace(/[:@].*$/, '');
  const fault =
    repository !== repository.toLowerCase()
      ? `invalid reference format: repository name (${repository}) must be lowercase`
      : !repositoryForm.test(repository) || !suffixForm.test(rest.slice(repository.length))
        ? 'invalid reference format'
        : null;
  return fault && `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${fault}`;
};

/** Whether an image is in a registry of this machine, which is then really asked. */
export const isOfThisMachine = (image: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?\//.test(image);

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryForm = new RegExp(`^${component}(?:/${component})*$`);
const suffixForm = /^(:\w[\w.-]{0,127})?(@[a-z0-9+.-]+:[0-9a-f]{32,})?$/i;
