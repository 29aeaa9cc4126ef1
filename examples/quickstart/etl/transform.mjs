// Extract: orders.csv. Transform: one currency, revenue by day. Load: a JSON file at RESULT_FILE.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const currency = process.env.REPORT_CURRENCY ?? 'EUR';
const resultFile = process.env.RESULT_FILE ?? 'out/revenue.json';

const rates = JSON.parse(await readFile('rates.json', 'utf8'));
const [, ...rows] = (await readFile('data/orders.csv', 'utf8')).trim().split('\n');
console.log(`extract    ${rows.length} orders from data/orders.csv`);

const revenue = new Map();
let rejected = 0;
for (const row of rows) {
  const [id, day, , amount, from] = row.split(',');
  if (amount === '') {
    rejected++;
    console.log(`transform  order ${id} has no amount: rejected`);
    continue;
  }
  const value = (Number(amount) * rates[from]) / rates[currency];
  revenue.set(day, (revenue.get(day) ?? 0) + value);
}
for (const [day, value] of revenue) console.log(`transform  ${day}  ${value.toFixed(2).padStart(10)} ${currency}`);

const report = { currency, preparedBy: process.env.PREPARED_BY, rejected, revenue: Object.fromEntries(revenue) };
await mkdir(dirname(resultFile), { recursive: true });
await writeFile(resultFile, `${JSON.stringify(report, null, 2)}\n`);
const total = [...revenue.values()].reduce((sum, value) => sum + value, 0);
console.log(`load       ${resultFile}`);
console.log(
  `summary    ${revenue.size} days, ${rows.length - rejected} orders, ${total.toFixed(2)} ${currency}, ${rejected} rejected`,
);
