// Says all its secrets in every form that it knows, in writes of odd lengths, on both of its streams. What it says is counted at the end.
import { readFileSync, writeSync } from 'node:fs';

const secrets = Object.entries(process.env)
  .filter(([name]) => name.startsWith('S_'))
  .map(([, value]) => value);
const files = (process.env.FILES ?? '')
  .split(' ')
  .filter((path) => path !== '')
  .map((path) => readFileSync(path, 'utf8'));
const seed = Number(process.env.SEED ?? 1);
let state = seed;
const next = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % below;
};

const wrapped = (text, width) => text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
const forms = (value) => {
  const bytes = Buffer.from(value);
  const around = Buffer.from(`user:${value}:end`);
  return [
    value,
    `"${value}" and then`,
    JSON.stringify({ value, again: JSON.stringify({ value }) }),
    JSON.stringify([value], null, 2),
    encodeURIComponent(value),
    encodeURIComponent(value).toLowerCase() === value.toLowerCase() ? '' : encodeURIComponent(value),
    new URLSearchParams({ value, other: 'x' }).toString(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    around.toString('base64'),
    wrapped(Buffer.from(`${'.'.repeat(next(60))}${value}`).toString('base64'), 76),
    wrapped(bytes.toString('hex'), 60),
    bytes.toString('hex').toUpperCase(),
    `Authorization: Basic ${around.toString('base64')}`,
    new Error(`connect to ${value} failed`).stack,
  ];
};

// In chunks, now and then in the middle of a character.
const say = (fd, text) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + next(bytes.length > 5000 ? 9000 : 90));
    at += writeSync(fd, bytes.subarray(at, end));
  }
};

let said = 0;
for (const value of [...secrets, ...files]) {
  for (const form of forms(value)) {
    say(1 + next(2), `${form}${next(6) === 0 ? ' ' : '\n'}`);
    said++;
  }
  // One line that is longer than any is kept in one.
  if (next(8) === 0) say(1, `${'x'.repeat(65_500 + next(60))}${value}${'y'.repeat(70_000)}\n`);
}
say(1, `\nsaid ${said} things\n`);
process.exitCode = Number(process.env.EXIT ?? 0);
