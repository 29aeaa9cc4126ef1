import type { Call, Literal } from '../reading/literals.ts';

/** What is put together to one path by a call of that. */
export const joins = /(^|[.:])(join|joinpath|resolve|file\.path|here|Path|PurePath|PosixPath)$/;

/** `open('x', 'w')`, `df.to_csv('x')`, `Path('x').mkdir()`: it is made, and what lies there now is of an earlier run. */
export const isWritten = ({ calls, method }: Literal): boolean => {
  if (method !== null && (makes.test(method.name) || (method.name === 'open' && isWriteMode(method.mode ?? ''))))
    return true;
  // The innermost that does something with it: `out.write(open('in.csv').read())`.
  for (const call of calls) {
    const written = writes(call);
    if (written !== null) return written;
  }
  return false;
};

/** Whether it is opened there, or asked for. */
export const isOpened = ({ callee, calls }: Literal): boolean =>
  opens.test(callee ?? '') || calls.some((call) => opens.test(call.callee));

/** Whether all that is in the folder is asked for. */
export const isListed = ({ calls, method }: Literal): boolean =>
  (method !== null && lists.test(method.name)) || calls.some(({ callee }) => lists.test(callee));

/** Whether a word without a slash may be a folder there. */
export const namesFolder = (literal: Literal): boolean =>
  isListed(literal) || literal.calls.some(({ callee }) => /(^|[.:])Path$/.test(callee));

// Null: it says nothing about that.
const writes = ({ callee, at, texts }: Call): boolean | null => {
  if (takesMode.test(callee)) return texts.some(({ text, argument }) => argument > 0 && isWriteMode(text));
  if (copies.test(callee)) return at > 0;
  if (declares.test(callee)) return texts.some(({ text }) => forOutput.test(text)) ? true : null;
  if (writing.test(callee)) return true;
  return opens.test(callee) && !joins.test(callee) ? false : null;
};

const isWriteMode = (text: string): boolean => /^[wax][bt+]*([:|]\w*)?$/.test(text);

const makes = /^(mkdir\w*|makedirs|write_text|write_bytes|touch|unlink|rmdir|to_\w+|save\w*)$/;
const lists =
  /(^|[.:])(listdir|scandir|walk|glob|iglob|rglob|iterdir|readdir\w*|list\.files|dir|load_from_disk|from_pretrained|ImageFolder|read_parquet)$/;
const opens =
  /(^|[.:])(open|fopen|Path|PosixPath|(read|load|scan|imread|parse|import|from|fread|readRDS|readLines|readFile|createReadStream|loadtxt|genfromtxt|source|scandir|listdir|walk|glob|iglob|ls|dir|list\.files|connect|exists|isfile|isdir|stat|copy|copyfile)\w*)$|(^|[.:])read[._]\w+$/;
const takesMode = /(^|\.)(f?open|ZipFile|TarFile|GzipFile|BZ2File|LZMAFile|File|HDFStore|memmap)$/;
const copies =
  /(^|\.)(copy2?|copyfile|copytree|move|rename|renames|copyFile(Sync)?|cp(Sync)?|rename(Sync)?|file\.copy)$/;
const writing =
  /(^|[.:])((to_|save|write|dump|make|mk|export)\w*|write\.\w+|remove|unlink|rm\w*|savefig|imwrite|fwrite|sink|png|pdf|\w*FileHandler|touch|output|basicConfig|ExcelWriter|PdfPages|SummaryWriter|VideoWriter|ParquetWriter|createWriteStream|appendFile\w*|dir\.create)$/;
const declares = /(^|\.)(add_argument|option|Option)$/;
const forOutput = /^--?(o|out\w*|log\w*|dest\w*|save\w*|result\w*|report\w*|export\w*|target)([-_]\w+)*$/;
