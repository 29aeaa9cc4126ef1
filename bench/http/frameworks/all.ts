import { express5 } from './express.ts';
import type { Framework } from './framework.ts';
import { nestExpress, nestFastify } from './nest.ts';
import { node } from './node.ts';

export const frameworks: Readonly<Record<string, Framework>> = {
  node,
  'express-5': express5,
  'nest-express': nestExpress,
  'nest-fastify': nestFastify,
};
