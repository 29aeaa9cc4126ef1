/** As objects carry times: whole seconds, cut. */
export const seconds = (at = Date.now()): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** As the scheduler stamps its events. */
export const micros = (at = Date.now()): string => `${new Date(at).toISOString().slice(0, 23)}000Z`;
