export { cleanBasePath } from './clean-base-path.ts';
export { createHttpApp } from './create-http-app.ts';
export type { ApiOptions, HttpApp, HttpAppOptions, Native } from './http-app.ts';
export { nodeHandler } from './node/node-handler.ts';
export type { NodeRequest } from './node/node-request.ts';
export { sendParserError } from './node/send-parser-error.ts';
export type { Problem } from './problem.ts';
