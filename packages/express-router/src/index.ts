export { type RequestHandler, type RouterOptions, runyardRouter } from './runyard-router.ts';
