import type { Command } from './command.ts';

export const overallHelp = (commands: Readonly<Record<string, { summary: string }>>): string[] => {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'runyard <command> [options]',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`runyard <command> --help` says more. With `--json` every command answers with one JSON object (`logs`: one a line).',
  ];
};

export const commandHelp = ({ usage, help }: Pick<Command, 'usage' | 'help'>): string[] => [usage, '', ...help];
