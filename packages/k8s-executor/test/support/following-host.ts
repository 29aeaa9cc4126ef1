import { KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';
import { connect } from '../../src/api/connect.ts';
import { createMirror } from '../../src/watch/create-mirror.ts';

// A host that has nothing else to do: its main ends while attempts are followed, and somebody waits for a change.
const kubeConfig = new KubeConfig();
kubeConfig.loadFromString(process.argv[2] ?? '');
const clock = systemClock();
const entropy = seededEntropy(1);
const { api, namespace } = await connect({ kubeConfig }, { clock, entropy });
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const mirror = createMirror({ api, namespace, clock, random: () => entropy.random(), logger });
const { signal } = new AbortController();
const followed = mirror.follow('somebody');
await followed.ready(signal);
followed.view();
void followed.changed(30_000, signal);
process.stdout.write('main ends');
