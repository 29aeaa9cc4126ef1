import type { Command, Report } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { storeHelp, storeOptions, whichStore } from '../which-store.ts';
import { examine } from './examine.ts';
import type { Finding, Level } from './finding.ts';

export const doctorCommand: Command = {
  usage: 'runyard doctor (--data-dir DIR [--file FILE] | --database URL [--schema NAME]) [--json]',
  help: [
    'Looks for what is wrong, whole, and says of each thing what to do. Writes nothing, so that it may run beside a host;',
    'a large store takes a while, since every page of it is read.',
    '',
    ...storeHelp,
    '',
    'Exit codes: 0 nothing is wrong (there may be warnings); 1 something is; 64 wrongly called; 69 there is nothing to look at.',
  ],
  options: storeOptions,
  async run(given) {
    return report(await examine(whichStore(given), given));
  },
};

const report = (findings: readonly Finding[]): Report => {
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const [wrong, warnings] = [count('wrong'), count('warning')];
  return {
    exit: wrong > 0 ? exitCodes.no : exitCodes.done,
    lines: [...findings.flatMap(linesOf), '', summary(wrong, warnings)],
    json: { wrong, warnings, findings },
  };
};

const linesOf = ({ about, level, says, todo }: Finding): string[] => {
  const line = `${marks[level]}  ${about.padEnd(14)}  ${says}`;
  return todo === undefined ? [line] : [line, `${' '.repeat(25)}${todo}`];
};

const marks: Readonly<Record<Level, string>> = { ok: 'ok     ', note: '       ', warning: 'warning', wrong: 'WRONG  ' };

const summary = (wrong: number, warnings: number): string => {
  const parts = [
    wrong > 0 ? `${wrong} wrong` : 'nothing is wrong',
    ...(warnings > 0 ? [`${warnings} to look at`] : []),
  ];
  return `${parts.join(', ')}.`;
};
