/** A method of what only looks like a `Request`: makes it whole. Known across copies of this package, since one of them may serve, and another ask the host. */
export const whole: unique symbol = Symbol.for('runyard.whole-request');

/**
 * What a host's own code is handed. Servers of Node give us only what looks like a `Request` as far as we look at it, since a whole one costs
 * as much as the rest of a short answer; here it becomes one.
 */
export const wholeRequest = (request: Request & { [whole]?: () => Request }): Request => request[whole]?.() ?? request;
