/** Whether a text can name an image: `[registry[:port]/]path[:tag][@digest]`, by the grammar of the registries. */
export const isImageReference = (text: string): boolean => {
  if (/^[0-9a-f]{64}$/.test(text)) return false; // an id, which a registry would take for a name
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return true;
  const match = reference.exec(text);
  return match !== null && (match[1] ?? '').length <= 255;
};

const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(`^((?:${domain}/)?${part}(?:/${part})*)(?::${tag})?(?:@${digest})?$`);
