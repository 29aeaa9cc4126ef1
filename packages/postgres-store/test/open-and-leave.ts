import { postgresStore } from '../src/index.ts';
import { insertJob } from './records.ts';
import { someHost } from './some-host.ts';

const [connectionString = '', schema = '', how] = process.argv.slice(2);
void [process.stdin, process.stdout, process.stderr];
const before = process.getActiveResourcesInfo().length;
const store = postgresStore({ connectionString, schema })(someHost());
const listening = new Promise<void>((resolve) => store.watch?.(() => resolve()));
await store.open();
await listening;
await store.commit([[insertJob('job')]]);
if (how === 'close') {
  await store.close();
  const left = process.getActiveResourcesInfo();
  console.log(JSON.stringify(left.length > before ? left : []));
} else console.log('left');
