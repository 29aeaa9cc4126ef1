/**
 * The script that a command gives to an interpreter as its first argument, a relative path with an ending: `run.py` of `python run.py`.
 * Null: there is none, or it cannot be told from the value of an option.
 */
export const scriptWordOf = (command: string | readonly string[]): string | null => {
  const [program, script] =
    typeof command === 'string'
      ? (/^\s*([\w./+-]+)[ \t]+([\w./+@%,:-]+)(?=[\s;&|<>]|$)/.exec(command)?.slice(1) ?? [])
      : command;
  if (program === undefined || script === undefined) return null;
  if (!interpreters.test(program.slice(program.lastIndexOf('/') + 1))) return null;
  return /^[^-/~$][^$*?]*\.[A-Za-z]\w*$/.test(script) && !script.includes('://') ? script : null;
};

// `bash` and `sh` look along the PATH, too, but for names with an ending hardly anybody means that.
const interpreters = /^((python|pypy)(\d(\.\d+)?)?|node|nodejs|tsx|(ba|da|z|k)?sh|Rscript|ruby|perl|php|julia|lua)$/;
