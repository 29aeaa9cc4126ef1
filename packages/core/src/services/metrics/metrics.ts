import type { Principal } from '../../access/principal.ts';
import type { MetricSource } from '../../ports/metrics.ts';
import { mayDo } from '../guard.ts';
import type { Metrics } from './api.ts';

export const createMetrics = (source: MetricSource, principal: Principal): Metrics => ({
  async read() {
    mayDo(principal, 'metrics.read');
    return source.read();
  },
});
