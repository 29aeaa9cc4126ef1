export {
  type ErrorHandler,
  type RequestHandler,
  type RouterOptions,
  type RunyardRouter,
  runyardRouter,
} from './runyard-router.ts';
