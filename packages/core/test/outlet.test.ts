import { describe, expect, it } from 'vitest';
import { newOutlet } from '../src/http/logs/outlet.ts';

const turn = () => new Promise(setImmediate);
const big = 'x'.repeat(64 * 1024);

describe('what is written to a client', () => {
  it('in one turn goes out as one chunk', async () => {
    const outlet = newOutlet();
    const out: string[] = [];
    const piped = outlet.pipe((text) => void out.push(text));
    outlet.write('a');
    outlet.write('b');
    await turn();
    outlet.write('c');
    outlet.end();
    await piped;
    expect(out).toEqual(['ab', 'c']);
  });

  it('waits while the client has not taken what came before, and so does who writes', async () => {
    const outlet = newOutlet();
    const out: string[] = [];
    const taking = Promise.withResolvers<void>();
    const piped = outlet.pipe((text) => {
      out.push(text);
      return taking.promise;
    });
    outlet.write('a');
    await turn();
    let isTaken = false;
    const writing = Promise.resolve(outlet.write('b')).then(() => {
      isTaken = true;
    });
    await turn();
    expect([out, isTaken]).toEqual([['a'], false]);
    taking.resolve();
    await writing;
    outlet.end();
    await piped;
    expect(out).toEqual(['a', 'b']);
  });

  it('before there is a client is held up to one chunk, and then whoever writes waits', async () => {
    const outlet = newOutlet();
    expect(outlet.write('a')).toBeUndefined();
    await outlet.first;
    const full = outlet.write(big);
    expect(full).toBeInstanceOf(Promise);
    const out: string[] = [];
    void outlet.pipe((text) => void out.push(text));
    await full;
    expect(out).toEqual([`a${big}`]);
  });

  it('is sent before the failure that came behind it', async () => {
    const outlet = newOutlet();
    outlet.write('a');
    outlet.fail(new Error('cut'));
    await outlet.first;
    const out: string[] = [];
    await expect(outlet.pipe((text) => void out.push(text))).rejects.toThrow('cut');
    expect(out).toEqual(['a']);
  });

  it('is nothing where it failed before: whoever waits for the first text is told', async () => {
    const outlet = newOutlet();
    outlet.fail(new Error('gone'));
    await expect(outlet.first).rejects.toThrow('gone');
  });

  it('after the client has left is thrown away, and nobody waits for it', async () => {
    const outlet = newOutlet();
    const piped = outlet.pipe(() => new Promise(() => {}));
    outlet.write('a');
    await turn();
    const waiting = outlet.write('b');
    outlet.cancel();
    await Promise.all([waiting, piped]);
    expect(outlet.write(big)).toBeUndefined();
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('stalled'))],
    [
      'throws',
      () => {
        throw new Error('stalled');
      },
    ],
  ])('to a client that %s fails who pipes it', async (_, out) => {
    const outlet = newOutlet();
    const piped = outlet.pipe(out);
    outlet.write('a');
    await expect(piped).rejects.toThrow('stalled');
  });
});
