export { RunyardHealthIndicator } from './health/runyard-health-indicator.ts';
