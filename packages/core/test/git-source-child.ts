// A host that fetches a repository and is killed meanwhile: `node git-source-child.ts <dataDir> <url>`.
import { gitSource } from '../src/adapters/git-source/git-source.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { systemEntropy } from '../src/adapters/system-entropy/system-entropy.ts';

const [dataDir = '', url = ''] = process.argv.slice(2);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const source = gitSource()({ dataDir, place: 'p', clock: systemClock(), entropy: systemEntropy(), logger });
const credential = () => Promise.reject(new Error('none'));
const spec = { url, ref: 'main', refType: null, path: null, credential: null, submodules: false, lfs: false };
await source.resolve(spec, { signal: new AbortController().signal, credential, log() {} });
