// `AGENT_TOKEN=… node agent/main.ts --dir ./agent --port 8700`: the agent of this machine.
import { parseArgs } from 'node:util';
import { startAgent } from './agent.ts';

const { values } = parseArgs({ options: { dir: { type: 'string' }, port: { type: 'string', default: '8700' } } });
const token = process.env.AGENT_TOKEN;
if (values.dir === undefined || !token) {
  console.error('Give --dir DIR, and AGENT_TOKEN in the environment.');
  process.exit(64);
}
const agent = await startAgent({ dir: values.dir, port: Number(values.port), token });
console.log(`listening on ${agent.url}`);
