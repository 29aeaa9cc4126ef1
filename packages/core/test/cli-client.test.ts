import { describe, expect, it } from 'vitest';
import { httpHost } from './support/http-host.ts';
import { runyardAt } from './support/terminal.ts';

describe('smoke', () => {
  it('works', async () => {
    await using host = await httpHost();
    host.gate.open();
    const env = { RUNYARD_URL: `${host.origin}/api`, RUNYARD_TOKEN: host.token, HOME: '/nonexistent' };
    const call = (...argv: string[]) => runyardAt({ env }, ...argv);
    await host.job({ name: 'nightly', schedule: { cron: '0 6 * * *', timezone: 'Europe/Berlin' }, environment_variables: {A:'1'} });
    for (const argv of [['jobs'], ['jobs', 'get', 'nightly'], ['runs'], ['start', 'nightly'], ['start', 'nightly', '--wait'], ['start', 'nightly', '--follow'], ['runs', '--job', 'nightly'], ['logs', 'nightly'], ['logs', 'nightly', '-f','--json'], ['stop', 'nightly'], ['preview', 'nightly'], ['preview', '0 6 * * *', '-n', '2'], ['jobs', 'get', 'nope'], ['start', 'nightly', '--wait', '--', 'a', '--b']]) {
      const said = await call(...argv);
      console.log(argv.join(' '), said.exit, '\n' + said.out + '--\n' + said.err);
    }
    const stdin = 'name: nightly\ncommand: [gated]\nenvironment_variables: { PORT: 8080, V: 1.10, B: true }\n---\nname: two\ncommand: [say, hi]\n---\n# nothing\n';
    for (const argv of [['apply', '-f', '-', '--dry-run'], ['apply', '-f', '-'], ['apply', '-f', '-', '--json']]) {
      const said = await runyardAt({ env, stdin }, ...argv);
      console.log(argv.join(' '), said.exit, '\n' + said.out + '--\n' + said.err);
    }
    expect(1).toBe(1);
  });
});
