/** The 50 expressions, by class. Each is read alike by all four libraries. */
export interface Case {
  expression: string;
  timezone: string;
}

const inZone = (timezone: string, expressions: readonly string[]): Case[] =>
  expressions.map((expression) => ({ expression, timezone }));

const inZones = (expression: string, timezones: readonly string[]): Case[] =>
  timezones.map((timezone) => ({ expression, timezone }));

export const classes: Record<string, readonly Case[]> = {
  'simple, UTC': inZone('UTC', [
    '* * * * *',
    '0 * * * *',
    '30 2 * * *',
    '0 9 * * 1-5',
    '15 14 1 * *',
    '0 0 * * 0',
    '45 23 * * 6',
  ]),
  'zones without DST': inZones('30 9 * * *', [
    'Asia/Kolkata',
    'Asia/Tokyo',
    'Asia/Shanghai',
    'Africa/Lagos',
    'America/Phoenix',
    'Asia/Kathmandu',
    'Asia/Dubai',
  ]),
  'zones with DST': [
    ...inZones('30 2 * * *', ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago']),
    ...inZone('Europe/Berlin', ['*/5 * * * *', '0 9 * * 1-5', '0 0 1 * *']),
    ...inZone('America/New_York', ['0 * * * *', '0 3 * * 0']),
  ],
  steps: inZone('UTC', [
    '*/5 * * * *',
    '*/15 * * * *',
    '0 */2 * * *',
    '*/10 9-17 * * *',
    '0 0 */2 * *',
    '3-59/7 * * * *',
    '0 8-20/3 * * *',
  ]),
  lists: inZone('UTC', [
    '0,15,30,45 * * * *',
    '5,10,40 1,5,9 * * *',
    '0 6,12,18 * * *',
    '0 0 1,10,20 * *',
    '0 0 1 1,4,7,10 *',
    '30 8 * * 1,3,5',
    '1,2,3,58,59 0,23 * * *',
  ]),
  'day of month and week': [
    ...inZone('UTC', ['0 0 13 * 5', '0 12 1,15 * 1', '0 0 1-7 * 1', '30 6 31 * 0']),
    ...inZone('Europe/Berlin', ['0 0 13 * 5', '0 8 1 * 1-5']),
  ],
  rare: [
    ...inZone('UTC', ['0 0 29 2 *', '0 0 31 12 *', '0 0 1 1 *', '0 0 31 1,3 *']),
    ...inZone('Europe/Berlin', ['0 0 29 2 *', '0 0 1 1 *']),
    ...inZone('America/New_York', ['30 2 29 2 *']),
  ],
};
