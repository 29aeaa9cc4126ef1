/** Puts in what `$(NAME)` stands for, as Kubernetes does it in commands and variables: `$$(NAME)` is left as `$(NAME)`, and so is an unknown name. */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (variables.get(name ?? '') ?? whole),
  );
