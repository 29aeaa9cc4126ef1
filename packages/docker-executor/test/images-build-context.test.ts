import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageBuild } from '@runyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildContext, buildHash } from '../src/images/build-context.ts';
import { buildFailed } from '../src/images/build-failed.ts';
import { newBuildOutput } from '../src/images/build-output.ts';

const base = { id: `sha256:${'b'.repeat(64)}`, user: '' };
const nothing: ImageBuild = {
  base: 'python:3',
  apt: [],
  conda: [],
  pip: [],
  cran: [],
  requirementsTxt: null,
  environmentYml: null,
  postBuild: null,
};
const context = (build: Partial<ImageBuild>, user = '') => buildContext({ ...nothing, ...build }, { ...base, user });
const fileOf = (build: Partial<ImageBuild>, name: string): string =>
  context(build).find((file) => file.name === name)?.text ?? expect.fail(`no file ${name}`);

describe('the Dockerfile of a build', () => {
  it('is the base alone where nothing is asked for', () => {
    expect(context({})).toEqual([{ name: 'Dockerfile', text: `FROM ${base.id}\n` }]);
  });

  it('installs system packages, conda, pip, CRAN and what comes after, in that order, as root', () => {
    const all = { apt: ['jq'], conda: ['a'], pip: ['b'], cran: ['c'], postBuild: 'd' };
    const [{ text } = { text: '' }] = context(all, 'jovyan');
    expect(text.match(/RUN .*|USER .*/g)).toEqual([
      'USER root',
      ...['apt', 'conda', 'pip', 'cran', 'post-build'].map((step) => `RUN ["/bin/sh","/opt/runyard/build/${step}.sh"]`),
      'USER jovyan',
    ]);
  });

  it('holds nothing of what callers give', () => {
    const evil = '"]\nRUN ["/bin/sh","-c","id"]\n# $X $(id) `id`';
    const all = {
      apt: [evil],
      conda: [evil],
      pip: [evil],
      cran: [evil],
      requirementsTxt: evil,
      environmentYml: evil,
      postBuild: evil,
    };
    const [{ text } = { text: '' }] = context(all);
    expect(text).not.toContain('id"');
    expect(text.split('\n').every((line) => /^(FROM|COPY|RUN|ENV|$)/.test(line))).toBe(true);
  });

  it('is the same build whatever the order of packages, and another one for another base or package', () => {
    const hash = (build: Partial<ImageBuild>, id = base.id) =>
      buildHash(buildContext({ ...nothing, ...build }, { ...base, id }));
    expect(hash({ pip: ['b', 'a', 'b'] })).toBe(hash({ pip: ['a', 'b'] }));
    expect(hash({})).toMatch(/^[0-9a-f]{32}$/);
    const others = [
      hash({}),
      hash({ pip: ['a'] }),
      hash({ apt: ['a'] }),
      hash({ postBuild: 'a' }),
      hash({}, `sha256:${'c'.repeat(64)}`),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});

describe('the scripts of a build', () => {
  const odd = [
    "it's",
    '$(touch made)',
    '`touch made`',
    'a;touch made',
    '--index-url=x',
    'a b',
    '*',
    '"q"',
    '\\',
    'new\nline',
  ];
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'scripts-'));
    for (const tool of ['apt-get', 'micromamba', 'python3', 'Rscript', 'rm']) {
      await writeFile(join(dir, tool), '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >>"$0.asked"\n');
      await chmod(join(dir, tool), 0o755);
    }
  });
  afterEach(() => rm(dir, { recursive: true }));

  it.each([
    ['apt.sh', { apt: odd }, 'apt-get'],
    ['conda.sh', { conda: odd }, 'micromamba'],
    ['pip.sh', { pip: odd }, 'python3'],
    ['cran.sh', { cran: odd }, 'Rscript'],
  ] as const)('%s gives each name to its tool as one word, behind what ends the options', async (name, build, tool) => {
    const script = fileOf(build as unknown as Partial<ImageBuild>, name).replaceAll('/opt/runyard/', `${dir}/`);
    await promisify(execFile)('/bin/sh', ['-c', script], { cwd: dir, env: { PATH: `${dir}:/usr/bin:/bin` } });
    const words = (await readFile(join(dir, `${tool}.asked`), 'utf8')).split('\0');
    expect(words).toEqual(expect.arrayContaining(odd));
    if (tool !== 'Rscript') expect(words.indexOf('--')).toBeLessThan(words.indexOf('--index-url=x'));
    await expect(readFile(join(dir, 'made'))).rejects.toThrow();
  });

  it('say which tool the base lacks', async () => {
    const script = fileOf({ conda: ['a'] }, 'conda.sh');
    const ran = promisify(execFile)('/bin/sh', ['-c', script], { env: { PATH: '/nowhere' } });
    await expect(ran).rejects.toMatchObject({
      code: 69,
      stderr: expect.stringContaining('conda packages need micromamba'),
    });
  });
});

describe('what a build prints', () => {
  it('comes as whole lines, without colour, housekeeping and what was written over', () => {
    const output = newBuildOutput();
    expect(output.heard('Step 1/2 : FROM a\n ---> 12')).toEqual(['Step 1/2 : FROM a']);
    expect(output.heard('34\n\u001b[91mwarn')).toEqual([]);
    expect(output.heard('ing\n\u001b[0m 10%\r100%\r\n')).toEqual(['warning', '100%']);
    expect(output.heard('the end')).toEqual([]);
    expect(output.ended()).toEqual(['the end']);
    expect(output.lastLines()).toEqual(['warning', '100%', 'the end']);
  });

  it('is not torn where both streams write parts of lines', () => {
    const output = newBuildOutput();
    expect(output.heard('Building tree...')).toEqual([]);
    expect(output.heard('\u001b[91mE: \u001b[0m')).toEqual([]);
    expect(output.heard(' done\n')).toEqual(['Building tree... done']);
    expect(output.heard('\u001b[91mUnable to locate it\n\u001b[0m')).toEqual(['E: Unable to locate it']);
  });

  it.each([
    [
      "The command '/bin/sh /opt/runyard/build/pip.sh' returned a non-zero code: 1",
      ['no match'],
      'start-failed',
      'image-build',
      /step pip ended with exit code 1\. It said last:\nno match/,
    ],
    [
      "The command '/bin/sh /opt/runyard/build/pip.sh' returned a non-zero code: 1",
      ['Connection refused'],
      'infrastructure',
      'package-index-unreachable',
      /Connection refused/,
    ],
    ['write /x: no space left on device', [], 'infrastructure', 'engine-disk-full', /no space left/],
    ['something else', [], 'start-failed', 'image-build', /something else/],
  ])('%s: %j', (words, lines, kind, reason, sentence) => {
    expect(buildFailed(words, lines, 'python:3').outcome).toMatchObject({
      class: kind,
      reason,
      sentence: expect.stringMatching(sentence),
    });
  });
});
