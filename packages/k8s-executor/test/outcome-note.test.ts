import { describe, expect, it } from 'vitest';
import { parseNote, parseSourceNote } from '../src/outcome/note.ts';

describe("the wrapper's note", () => {
  it('tells status, signal, interruption and phase, and behind its line what the script says', () => {
    expect(parseNote('\u001erunyard 72 0 0 working-dir\nThere is no folder.\nLook.\n')).toEqual({
      status: 72,
      signalled: false,
      interrupted: false,
      phase: 'working-dir',
      sentence: 'There is no folder.\nLook.',
    });
    expect(parseNote('\u001erunyard 143 1 1 command')).toEqual({
      status: 143,
      signalled: true,
      interrupted: true,
      phase: 'command',
    });
  });

  it.each(['\u001erunyard 127 0 0 -', '\u001erunyard 127 0 0 ', '\u001erunyard 127 0 0\n'])(
    'has no phase where none had begun: %j',
    (text) => expect(parseNote(text)?.phase).toBe(null),
  );

  it.each([
    '',
    undefined,
    'what went wrong: no such table\n',
    'runyard 0 0 0 command',
    '>runyard 0 0 0 command',
    'some log\n\u001erunyard 0 0 0 command',
    '\u001erunyard 256 0 0 command',
    '\u001erunyard -1 0 0 command',
    '\u001erunyard 0 2 0 command',
    '\u001erunyard 0 0 0 command and more',
    '\u001erunyard 0 0 0 command\r\nx',
    '\u001erunyard-source 0 128\nx',
    `\u001erunyard 0 0 0 ${'x'.repeat(65)}`,
  ])('is nothing that the wrapper would not have written: %j', (text) => expect(parseNote(text)).toBe(null));

  it('names no phase that is none of the script, and keeps no more than 2 KiB of a sentence', () => {
    const hostile = parseNote(`\u001erunyard 72 0 0 anything\n${'x'.repeat(4000)}`);
    expect([hostile?.phase, hostile?.sentence?.length]).toEqual(['command', 2048]);
  });
});

describe('the note of the container that fetches sources', () => {
  it("tells which source, git's exit code and the end of its stderr", () => {
    expect(parseSourceNote('\u001erunyard-source 1 128\nfatal: repository not found\n')).toEqual({
      index: 1,
      exitCode: 128,
      stderr: 'fatal: repository not found',
    });
    for (const text of [undefined, 'fatal: x', '\u001erunyard 1 0 0 command', '\u001erunyard-source x 1'])
      expect(parseSourceNote(text)).toBe(null);
  });
});
