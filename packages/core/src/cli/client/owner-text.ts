import type { JobShape } from './shapes.ts';

/** `user:ann`, `group:lab`: what an owner is called, as `--owner` takes it. */
export const ownerText = ({ id, name }: JobShape['owner']): string => `${id.split(':', 1)[0]}:${name}`;
