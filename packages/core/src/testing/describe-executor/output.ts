import { logsOf, type Rules } from './bench.ts';
import { must } from './must.ts';

export const outputRules: Rules = {
  async 'all output is there, in order, also a great deal of it'({ started, launch, outcome, output, expect }) {
    const text = Array.from({ length: 8_000 }, (_, i) => `line ${i} ü\n`).join('');
    const handle = await started(launch({ deed: { does: 'print', text } }));
    await outcome(handle);
    const seen = await output(handle, { follow: true });
    expect([seen.length, seen === text]).toEqual([text.length, true]);
  },

  async 'reading goes on behind a cursor'({ executor, started, launch, outcome, output, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'first\nsecond\n' } }));
    await outcome(handle);
    const cursors: string[] = [];
    for await (const { cursor } of logsOf(executor)(handle, { signal })) cursors.push(cursor);
    expect(cursors.length > 0).toEqual(true);
    expect(await output(handle, { after: cursors.at(-1) ?? '' })).toEqual('');
    expect(await output(handle, { after: cursors.at(-1) ?? '', follow: true })).toEqual('');
  },

  async 'following shows output as it comes, and goes on from its cursors without loss'(bench) {
    const { executor, started, launch, output, outcome, signal, expect } = bench;
    const handle = await started(launch({ deed: { does: 'leave' } }));
    let seen = '';
    let last = '';
    for await (const { bytes, cursor } of logsOf(executor)(handle, { follow: true, signal })) {
      seen += Buffer.from(bytes).toString('utf8');
      last = cursor;
      if (seen.includes('waiting\n')) break;
    }
    const rest = output(handle, { after: last, follow: true });
    await executor.stop(handle, { graceMs: 15_000, signal });
    await outcome(handle);
    expect((await rest).endsWith('leaving\n')).toEqual(true);
    expect(await output(handle)).toEqual('waiting\nleaving\n');
  },

  async 'following ends once it has ended and all was read'({ started, launch, output, expect }) {
    const handle = await started(launch({ deed: { does: 'print', text: 'all' } }));
    expect(await output(handle, { follow: true })).toEqual('all');
  },

  async 'aborting ends the reading'({ executor, started, launch, refusal, state, signal, expect }) {
    const handle = await started(launch({ deed: { does: 'wait' } }));
    const abort = new AbortController();
    const reading = async (): Promise<void> => {
      const either = AbortSignal.any([signal, abort.signal]);
      for await (const _ of logsOf(executor)(handle, { follow: true, signal: either }))
        abort.abort(new Error('enough'));
    };
    const end = await refusal(reading);
    must(
      end === 'it was not refused' || end === abort.signal.reason,
      `\`logs\` that is aborted ends, or rejects with \`signal.reason\`; it rejected with ${end}.`,
    );
    expect(await state(handle)).toEqual('running');
  },
};
