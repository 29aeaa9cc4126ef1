/**
 * The reason for aborting what nobody waits for any more. One for all: `abort()` without a reason makes a DOMException with
 * a stack each time, which is most of what an aborted wait costs.
 */
export const noLonger = new Error('nobody waits for it any more');
