import { expect, test } from 'vitest';
import { parseCron } from '../src/domain/schedule/cron.ts';

const sentences: [string, string][] = [
  ['TZ=America/New_York 30 2 * * 1-5', 'At 02:30 on Monday to Friday, New York time'],
  ['* * * * *', 'Every minute, UTC'],
  ['*/5 * * * *', 'Every 5 minutes, UTC'],
  ['@hourly', 'Every hour, UTC'],
  ['15 * * * *', 'At 15 minutes past every hour, UTC'],
  ['1 * * * *', 'At 1 minute past every hour, UTC'],
  ['5,10,40 * * * *', 'At minutes 5, 10 and 40 of every hour, UTC'],
  ['*/7 * * * *', 'At every 7th minute from 0 to 56 of every hour, UTC'],
  ['0 */2 * * *', 'Every 2 hours, UTC'],
  ['30 9-17 * * *', 'Every hour from 09:30 to 17:30, UTC'],
  ['*/15 9-17 * * 1-5', 'Every 15 minutes from 09:00 to 17:59 on Monday to Friday, UTC'],
  ['0,30 0-5,20 * * *', 'Every 30 minutes in the hours 00:00 to 05:00 and 20:00, UTC'],
  ['TZ=Europe/Berlin 0 9,17 * * *', 'At 09:00 and 17:00 every day, Berlin time'],
  ['@daily', 'At 00:00 every day, UTC'],
  ['@weekly', 'At 00:00 on Sunday, UTC'],
  ['@monthly', 'At 00:00 on the 1st of the month, UTC'],
  ['@yearly', 'At 00:00 on the 1st of January, UTC'],
  ['0 9 2,15 * *', 'At 09:00 on the 2nd and 15th of the month, UTC'],
  ['0 0 29 2 *', 'At 00:00 on the 29th of February, UTC'],
  ['0 0 13,23 * 5', 'At 00:00 on the 13th and 23rd of the month and on Friday, UTC'],
  ['0 0 * 6-8 6,7', 'At 00:00 on Saturday and Sunday in June to August, UTC'],
  ['0 0 * 6-8 *', 'At 00:00 every day in June to August, UTC'],
  ['0 0 */2 * *', 'At 00:00 on every 2nd day from the 1st to the 31st of the month, UTC'],
  ['0 0 1-31 * 1', 'At 00:00 every day, UTC'],
  ['0 0 1-31 6 1', 'At 00:00 every day in June, UTC'],
  ['TZ=Etc/GMT+3 0 0 * * *', 'At 00:00 every day, Etc/GMT+3'],
  ['@every 1h30m', 'Every 1 hour and 30 minutes'],
  ['@every 45m', 'Every 45 minutes'],
];

test.each(sentences)('%s is said as "%s"', (expression, sentence) => {
  expect(parseCron(expression).describe()).toBe(sentence);
});
