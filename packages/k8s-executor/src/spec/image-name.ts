/** `[host[:port]/]repository[:tag][@digest]`, as registries and container runtimes read it. */
export const isImageName = (text: string): boolean => {
  const [, path = ''] = wholeForm.exec(text) ?? [];
  return path !== '' && path.length <= 255;
};

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = String.raw`(?:${label}(?:\.${label})*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digest = '(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})';
const wholeForm = new RegExp(
  String.raw`^((?:${host}/)?${component}(?:/${component})*)(?::\w[\w.-]{0,127})?(?:@${digest})?$`,
);
