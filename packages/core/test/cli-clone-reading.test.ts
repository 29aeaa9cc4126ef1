import { describe, expect, it } from 'vitest';
import { readJavascript } from '../src/cli/clone-as-job/reading/javascript.ts';
import { readPython } from '../src/cli/clone-as-job/reading/python.ts';
import { readR } from '../src/cli/clone-as-job/reading/r.ts';
import { readShell } from '../src/cli/clone-as-job/reading/shell.ts';

describe('of a Python program are read', () => {
  const imports = (source: string) =>
    readPython(source).imports.map(({ name, level, parts }) => [`${'.'.repeat(level)}${name}`, ...parts]);

  it.each([
    ['import a.b as c, d', [['a.b'], ['d']]],
    ['from .a import (b,\n  c as d, # e\n)\nimport f', [['.a', 'b', 'c'], ['f']]],
    ['from .. import a', [['..', 'a']]],
    ['from a import b, \\\n  c', [['a', 'b', 'c']]],
    ['from a import *', [['a']]],
    ['if x: import a; import b', [['a'], ['b']]],
    ['try:\n    import a\nexcept ImportError:\n    a = None', [['a']]],
    ['importlib.import_module("a.b")', [['a.b']]],
    ['"""\nimport a\n"""\n# import b\nx = "import c"', []],
    ["x = '''it's'''\nimport a", [['a']]],
    ['x = r"\\"\nimport a', [['a']]],
    ['x = "\\\\"\nimport a', [['a']]],
    ['x = f"{y["import"]}"\nimport a', [['a']]],
    ['reimport = 1\nfrom_x = 2', []],
  ])('the imports of %j', (source, expected) => {
    expect(imports(source)).toEqual(expected);
  });

  it.each([
    ["os.environ['A']; os.getenv('B', 'x'); environ.get('C'); os.environ.get(name)", ['A', 'B', 'C']],
    ["os.environ['A'] = 'x'\nos.environ['A']", []],
    ['f\'{os.environ["A"]}\'', ['A']],
    ["if os.environ['A'] == 'x': pass", ['A']],
  ])('the variables of %j', (source, expected) => {
    expect(readPython(source).variables).toEqual(expected);
  });

  it('texts, with the call that each is given to and its place there', () => {
    const [a, b, c, d] = readPython("pd.read_csv('a', sep=',')\nopen(join('b', f'{c}.csv'), 'w')").literals;
    expect([a?.text, a?.callee, a?.argument, a?.line]).toEqual(['a', 'pd.read_csv', 0, 1]);
    expect([b?.text, b?.callee, b?.argument]).toEqual([',', 'pd.read_csv', 1]);
    expect([c?.text, c?.calls.map(({ callee }) => callee), c?.line]).toEqual(['b', ['join', 'open'], 2]);
    expect([d?.text, d?.partial]).toEqual(['', true]);
    expect(c?.calls[1]?.texts).toEqual([{ text: 'w', argument: 1 }]);
  });
});

describe('of a JavaScript program are read', () => {
  it.each([
    [
      "import a from './a.js'; import './b'; export * from \"c\"; require('d'); await import('e')",
      ['./a.js', './b', 'c', 'd', 'e'],
    ],
    ["import {\n  a,\n} from './a';", ['./a']],
    ["const from = 'x'; // import './no'\n/* require('no') */", []],
    ["const r = /['\"]/; require('a'); x = y / 2; require('b') / 3", ['a', 'b']],
    [`const t = \`\${require('a')} '\`; require('b')`, ['a', 'b']],
    ['#!/usr/bin/env node\nrequire("a")', ['a']],
  ])('the imports of %j', (source, expected) => {
    expect(
      readJavascript(source)
        .imports.map(({ name }) => name)
        .sort(),
    ).toEqual(expected);
  });

  it('the variables, also those that a pattern takes', () => {
    const source = `const { A, B: b = 'x' } = process.env; process.env.C; process.env['D']; process.env.E = 1; \`\${process.env.F}\``;
    expect([...readJavascript(source).variables].sort()).toEqual(['A', 'B', 'C', 'D', 'F']);
  });
});

it('of an R program the packages, the variables and the texts are read', () => {
  const source =
    'library(dplyr); require("readr"); x <- data.table::fread(r"(a\\b.csv)") # library(no)\nSys.getenv(c("A", "B"))';
  const { imports, variables, literals } = readR(source);
  expect(imports.map(({ name }) => name).sort()).toEqual(['data.table', 'dplyr', 'readr']);
  expect(variables).toEqual(['A', 'B']);
  expect(literals.map(({ text, callee }) => [text, callee])).toContainEqual(['a\\b.csv', 'data.table::fread']);
});

describe('of a shell script are read', () => {
  const words = (script: string) => readShell(script).statements.map((statement) => statement.words);

  it.each([
    ['a b; c && d | e & f', [['a', 'b'], ['c'], ['d'], ['e'], ['f']]],
    ['if a; then b; else c; fi', [['a'], ['b'], ['c'], ['fi']]],
    ['for f in x; do a "$f"; done', [['for', 'f', 'in', 'x'], ['a', null], ['done']]],
    ['a \'b c\' "d e" f\\ g # h', [['a', 'b c', 'd e', 'f g']]],
    ['a $(b c) `d`', [['b', 'c'], ['d'], ['a', null, null]]],
    ['A=1 b --x=2', [['b', '--x=2']]],
    ['a > out 2>&1 < in', [['a']]],
    ['cat <<EOF\nno $no\nEOF\na', [['cat'], ['a']]],
    ['a \\\n  b', [['a', 'b']]],
  ])('the commands of %j', (script, expected) => {
    expect(words(script)).toEqual(expected);
  });

  it.each([
    [`echo $A "\${B:-x}" '$no' $1 $@ \${#C}`, ['A', 'B', 'C']],
    ['X=1; echo $X; export Y=$A; read Z; echo $Y $Z; for f in a; do echo $f; done', ['A']],
    [`X=\${X:-1}`, ['X']],
  ])('the variables of %j that it does not set itself', (script, expected) => {
    expect(readShell(script).variables).toEqual(expected);
  });

  it('the files that are put into a command', () => {
    expect(readShell('a < in.csv > out.csv').statements[0]?.inputs).toEqual(['in.csv']);
  });
});
