// Across copies of this package, too: one of them may serve, and another ask the host.
const whole = Symbol.for('runyard.whole-request');

/**
 * What a host's own code is handed. Servers of Node give us only what looks like a `Request` as far as we look at it, since a whole one costs
 * as much as the rest of a short answer; here it becomes one.
 */
export const wholeRequest = (request: Request & { [whole]?: () => Request }): Request => request[whole]?.() ?? request;

/** Says how the whole of it is made, once it is asked for. */
export const hasWhole = (light: object, make: () => Request): Request =>
  Object.assign(light, { [whole]: make }) as unknown as Request;
