import { KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';
import { connect } from '../../src/api/connect.ts';

// A host that has nothing else to do: its main ends while a watch is open, a call was made, and another pauses before it is tried again.
const [kubeConfigText = '', path = ''] = process.argv.slice(2);
const kubeConfig = new KubeConfig();
kubeConfig.loadFromString(kubeConfigText);
const { api } = await connect({ kubeConfig }, { clock: systemClock(), entropy: seededEntropy(1) });
const { signal } = new AbortController();
await api.ask({ method: 'GET', path, signal });
const stream = await api.open({ method: 'GET', path, query: { watch: true }, signal });
void stream[Symbol.asyncIterator]().next();
void api.ask({ method: 'GET', path: `${path}/unavailable`, signal });
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write('main ends');
